import type { Case } from './cases.ts'

/** One round of one case: its Compose file in a folder of its own. */
export interface Round {
  of: Case
  folder: string
  file: string
  /** Lower-case, unlike any other: a project's or deployment's name. */
  name: string
  /** Seconds, with this round's jitter. */
  readyAfter: number
}

/** Somebody who does the work. `run` answers when the result is certain, and is what is timed; `clean` is not. */
export interface Contender {
  name: string
  run(round: Round): Promise<void>
  clean(round: Round): Promise<void>
}
