import { scrubValue } from '../text/scrub-value.ts'
import type { Store } from './ports.ts'
import type { Revision, RevisionRef } from './record.ts'
import type { RevisionScrubbers } from './revision-scrubbers.ts'

/**
 * The record, with every text that is told, kept or frozen of a revision scrubbed of its secrets on the way in: events, attempts, evidence,
 * failures and notices, and with them all that is read of these. What a revision is started from stays as it is: the store encrypts it.
 */
export function scrubbedStore<S extends Store>(store: S, scrubbers: RevisionScrubbers): S {
  const learned = <R extends Revision | null>(revision: R): R => {
    if (revision !== null) scrubbers.learn(revision)
    return revision
  }
  /** Whoever writes has read it before, but for another process's: that is looked up. */
  const clean = <T, R>(ref: RevisionRef, value: T, write: (value: T) => Promise<R>): Promise<R> => {
    const scrubber = scrubbers.of(ref)
    if (scrubber !== null) return write(scrubValue(value, scrubber))
    return store.revision(ref).then((revision) => {
      learned(revision)
      const found = scrubbers.of(ref)
      return write(found === null ? value : scrubValue(value, found))
    })
  }
  return {
    ...store,
    // Learned once it is one: what is refused must not take the place of a revision of the same number.
    admit: async (deployment, revision, notices, ...rest) => {
      await store.admit(deployment, revision, scrubValue(notices, scrubbers.before(revision)), ...rest)
      scrubbers.learn(revision)
    },
    revision: async (ref) => learned(await store.revision(ref)),
    revisions: async (...args) => (await store.revisions(...args)).map(learned),
    newest: async (id) => learned(await store.newest(id)),
    move: (revision, to, failure) => {
      scrubbers.learn(revision)
      return failure === undefined ? store.move(revision, to) : clean(revision, failure, (told) => store.move(revision, to, told))
    },
    tell: (ref, event) => clean(ref, event, (told) => store.tell(ref, told)),
    attempt: (ref, of, attempt) => clean(ref, attempt, (told) => store.attempt(ref, of, told)),
    freeze: (ref, evidence) => clean(ref, evidence, (told) => store.freeze(ref, told)),
  }
}
