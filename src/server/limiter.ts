import { Refusal, type RefusalName } from './refusal.ts'

/** A concurrency limiter without a queue: so many at once, and the next one is refused. */
export interface Limiter {
  /** Rejects with the Refusal when all are taken. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export function createLimiter(most: number, refusal: RefusalName): Limiter {
  let taken = 0
  return {
    async run(work) {
      if (taken >= most) throw new Refusal(refusal)
      taken++
      try {
        return await work()
      } finally {
        taken--
      }
    },
  }
}
