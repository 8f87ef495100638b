import { realClock } from '../../src/clock.ts'

export interface Patience {
  /** ms */
  within?: number
  every?: number
}

/** Looks until it sees something, and no longer than `within`: every wait of a scenario that no command makes by itself. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined | false>, { within = 30_000, every = 40 }: Patience = {}): Promise<T> {
  const end = realClock.monotonic() + within
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    if (realClock.monotonic() >= end) throw new Error(`after ${within / 1000} s still waiting for ${what}`)
    await realClock.sleep(every)
  }
}
