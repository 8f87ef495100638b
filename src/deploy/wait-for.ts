import { DeployError } from './failure.ts'
import type { Clock } from './ports.ts'
import type { Trouble, Verdict } from './verdict.ts'

/** Why a look is made: it is the first, its time has come, or something woke us. */
export type Occasion = 'first' | 'due' | 'woken'

export interface Wait {
  /** A look every so many ms, counted from the beginning: looks that take long do not shift the others. */
  every: number
  /** Gives up after so many ms, with one last look at that very moment. */
  within: number
  /** More looks at these ms after the beginning. */
  early?: number[] | undefined
  /** ms that were spent already, before this process was there. */
  spent?: number | undefined
  /** Resolves when something happened that makes a look worth while now; asked before each look, so that nothing is missed. */
  woken?: (() => Promise<unknown>) | undefined
  /** What the deadline makes of the last "waiting on". */
  orElse(waiting: Waiting): Trouble
}

export type Waiting = Extract<Verdict, { is: 'waiting' }>
export type Settled = Exclude<Verdict, { is: 'waiting' } | { is: 'failed' }>

/** The one loop for everything that is waited on. Rejects with DeployError, or with the signal's reason. */
export async function waitFor(look: (occasion: Occasion) => Promise<Verdict>, wait: Wait, clock: Clock, signal: AbortSignal): Promise<Settled> {
  const begun = clock.monotonic() - (wait.spent ?? 0)
  const spent = () => clock.monotonic() - begun
  let due = 0
  for (let occasion: Occasion = 'first'; ; ) {
    signal.throwIfAborted()
    const woken = wait.woken?.()
    const at = spent()
    const verdict = await look(occasion)
    if (verdict.is === 'failed') throw errorOf(verdict.why)
    if (verdict.is !== 'waiting') return verdict
    // A look that began before the end and took long is not the last one.
    if (at >= wait.within && occasion !== 'woken') throw errorOf(wait.orElse(verdict))
    // Being woken takes no look away that is due.
    if (occasion !== 'woken') due = Math.min(nextLook(spent(), wait), wait.within)
    occasion = await pause(due - spent(), woken, clock, signal)
  }
}

export function errorOf({ reason, detail, service, fix }: Trouble): DeployError {
  return new DeployError(reason, detail, { service, fix })
}

/** The first moment after `spent` at which a look is due, ms from the beginning. */
function nextLook(spent: number, { every, early = [] }: Wait): number {
  return Math.min((Math.floor(spent / every) + 1) * every, ...early.filter((at) => at > spent))
}

async function pause(ms: number, woken: Promise<unknown> | undefined, clock: Clock, signal: AbortSignal): Promise<Occasion> {
  const over = new AbortController()
  const due = clock.sleep(Math.max(0, ms), AbortSignal.any([signal, over.signal])).then((): Occasion => 'due')
  if (woken === undefined) return due
  try {
    return await Promise.race([due, woken.then((): Occasion => 'woken')])
  } finally {
    due.catch(() => {})
    over.abort()
  }
}
