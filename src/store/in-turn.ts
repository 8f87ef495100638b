/**
 * Runs work one at a time, in the order it was asked for. Kysely's own lock on a single connection (0.29) keeps transactions apart, but
 * lets a newcomer pass those who wait.
 */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}
