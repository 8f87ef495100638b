/**
 * Several tasks that succeed or fail as one (Go's errgroup, Python's TaskGroup): when one fails the signal tells the others, and when all
 * have let go it rejects with the first error. Nothing of it goes on after it has ended.
 */
export async function taskGroup<T>(tasks: ((signal: AbortSignal) => Promise<T>)[], outer: AbortSignal): Promise<T[]> {
  const failing = new AbortController()
  const signal = AbortSignal.any([outer, failing.signal])
  const ended = await Promise.allSettled(
    tasks.map(async (task) => {
      try {
        return await task(signal)
      } catch (error) {
        failing.abort(error)
        throw error
      }
    }),
  )
  failing.signal.throwIfAborted()
  return ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
}
