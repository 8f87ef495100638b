/** What the library needs of time, in milliseconds. Its own: the control plane's clock needs a newer Node than the apps may have. */
export interface Clock {
  /** A reading that only grows, whatever is done to the wall clock. */
  monotonic(): number
  /** Rings once, `ms` from now. Answers how to take it back. */
  alarm(ms: number, ring: () => void): () => void
}

export const realClock: Clock = {
  monotonic: () => performance.now(),
  alarm(ms, ring) {
    const timer = setTimeout(ring, ms)
    return () => clearTimeout(timer)
  },
}
