import type { Clock } from './clock.ts'

/** One run at a time, which all who ask meanwhile share; a result not older than `maxAge` milliseconds is given again. */
export function recent<T>(run: () => Promise<T>, maxAge: number, clock: Clock): () => Promise<T> {
  let running: Promise<T> | undefined
  let last: { value: T; at: number } | undefined

  const runOnce = async (): Promise<T> => {
    const value = await run()
    last = { value, at: clock.monotonic() }
    running = undefined
    return value
  }

  return async () => {
    if (running) return running
    if (last && clock.monotonic() - last.at < maxAge) return last.value
    running = runOnce()
    return running
  }
}
