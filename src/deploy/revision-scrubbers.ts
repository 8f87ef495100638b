import { scrubberOf } from '../text/hide-secrets.ts'
import type { KnownSecrets } from '../text/known-secrets.ts'
import type { Scrubber } from '../text/scrubber.ts'
import { namedSecrets } from '../text/secret-variables.ts'
import { secretsOf } from './fit-to-keep.ts'
import { markOf, type Revision, type RevisionRef } from './record.ts'

/** A scrubber for each revision that this process has to do with. */
export interface RevisionScrubbers {
  /** Cheap: what its secrets are is looked up when something is to be scrubbed. */
  learn(revision: Known): void
  /** Its files have been written: they are secrets too. */
  renew(ref: RevisionRef): void
  /** null: nobody has told of this revision. */
  of(ref: RevisionRef): Scrubber | null
}

type Known = RevisionRef & Pick<Revision, 'source' | 'resolved'>

/** More than are worked on at once. */
const most = 500

/** `filesOf` reads the secrets that were written for a revision. */
export function createRevisionScrubbers(known: Pick<KnownSecrets, 'of'>, filesOf: (ref: RevisionRef) => Record<string, string>): RevisionScrubbers {
  const revisions = new Map<string, { revision: Known; scrubber: Scrubber | null }>()
  return {
    learn: (revision) => {
      const mark = markOf(revision)
      if (revisions.has(mark)) return
      const { deployment, revision: number, source, resolved } = revision
      revisions.set(mark, { revision: { deployment, revision: number, source, resolved }, scrubber: null })
      for (const oldest of [...revisions.keys()].slice(0, -most)) revisions.delete(oldest)
    },
    renew: (ref) => {
      const entry = revisions.get(markOf(ref))
      if (entry) entry.scrubber = null
    },
    of: (ref) => {
      const entry = revisions.get(markOf(ref))
      if (entry === undefined) return null
      if (entry.scrubber === null) {
        const secrets = { ...secretsOf(entry.revision), ...filesOf(ref) }
        known.of(markOf(ref), namedSecrets(secrets))
        entry.scrubber = scrubberOf(secrets)
      }
      return entry.scrubber
    },
  }
}
