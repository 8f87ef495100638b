import { Refusal, type RefusalName } from './refusal.ts'

/** A concurrency limiter without a queue: so many at once, and the next one is refused. */
export interface Limiter {
  /** Rejects with the Refusal when all are taken, or all that one caller may have; `caller` null may have all. */
  run<T>(work: () => Promise<T>, caller?: string | null): Promise<T>
}

export function createLimiter(most: number, refusal: RefusalName, mostEach = most): Limiter {
  let taken = 0
  const takenBy = new Map<string, number>()
  const count = (caller: string | null, change: 1 | -1) => {
    taken += change
    if (caller === null) return
    const left = (takenBy.get(caller) ?? 0) + change
    if (left === 0) takenBy.delete(caller)
    else takenBy.set(caller, left)
  }
  return {
    async run(work, caller = null) {
      if (taken >= most || (caller !== null && (takenBy.get(caller) ?? 0) >= mostEach)) throw new Refusal(refusal)
      count(caller, 1)
      try {
        return await work()
      } finally {
        count(caller, -1)
      }
    },
  }
}
