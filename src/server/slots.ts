import { Refusal, type RefusalName } from './refusal.ts'

/** So many at once, and no waiting in line: the next one is refused. */
export interface Slots {
  /** Rejects with the Refusal when all are taken. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export function createSlots(most: number, refusal: RefusalName): Slots {
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
