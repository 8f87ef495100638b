import { scrubberOf } from '../text/hide-secrets.ts'
import type { KnownSecrets } from '../text/known-secrets.ts'
import { rememberFew } from '../text/remember-few.ts'
import type { Scrubber } from '../text/scrubber.ts'
import { joinSecrets, type Secrets } from '../text/secrets.ts'
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
  /** For what is said of one that is no revision yet, and may never be: a refused one is forgotten. */
  before(revision: Known): Scrubber
}

type Known = RevisionRef & Pick<Revision, 'source' | 'resolved'>

interface Entry {
  revision: Known
  /** null: not needed so far. */
  scrubber: Scrubber | null
}

/** More than are worked on at once. */
const most = 500

/** `filesOf` reads the secrets that were written for a revision. */
export function createRevisionScrubbers(known: Pick<KnownSecrets, 'of'>, filesOf: (ref: RevisionRef) => Secrets): RevisionScrubbers {
  const revisions = rememberFew<string, Entry>(most)
  const allOf = (revision: Known) => joinSecrets(secretsOf(revision), filesOf(revision))
  return {
    learn: ({ deployment, revision: number, source, resolved }) => {
      const revision = { deployment, revision: number, source, resolved }
      const before = revisions.get(markOf(revision))
      if (before === undefined || !isSame(before.revision, revision)) revisions.set(markOf(revision), { revision, scrubber: null })
    },
    renew: (ref) => {
      const entry = revisions.get(markOf(ref))
      if (entry) entry.scrubber = null
    },
    of: (ref) => {
      const entry = revisions.get(markOf(ref))
      if (entry === undefined) return null
      if (entry.scrubber === null) {
        const secrets = allOf(entry.revision)
        known.of(markOf(ref), secrets)
        entry.scrubber = scrubberOf(secrets)
      }
      return entry.scrubber
    },
    before: (revision) => scrubberOf(allOf(revision)),
  }
}

/** After `torii rm` with volumes kept the same id begins at 1 again: one mark, and another revision. */
function isSame(one: Known, other: Known): boolean {
  return one.resolved === other.resolved && asText(one.source) === asText(other.source)
}

const asText = ({ env, metadata }: Known['source']) => JSON.stringify([env, metadata])
