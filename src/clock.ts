import type { Clock } from './deploy/ports.ts'

/** The only place where the machine's clock and timers are touched. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep,
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(done, ms)
  const cancel = () => {
    clearTimeout(timer)
    reject(signal?.reason)
  }
  function done() {
    signal?.removeEventListener('abort', cancel)
    resolve()
  }
  signal?.addEventListener('abort', cancel, { once: true })
  return promise
}
