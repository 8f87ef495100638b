import { isUnreachable } from './failure.ts'
import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import type { Verdict } from './verdict.ts'
import { waitFor } from './wait-for.ts'
import { secondsOf } from './words.ts'

const lookEvery = 1_000

/** How long an engine is waited for in all: one that comes and goes ends it too. */
export interface Patience {
  /** ms */
  left: number
}

/** So long may a restart of the engine take. */
export function createPatience(): Patience {
  return { left: 60_000 }
}

/**
 * After `error`: true when the engine was away and is back, so that what it broke off may be done again. Waits for it, and says so.
 * false: it was never away, or has been away for too long; then the error stands.
 */
export async function engineComesBack(
  error: unknown,
  revision: Revision,
  patience: Patience,
  { engine, store, clock }: Pick<Tools, 'engine' | 'store' | 'clock'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isUnreachable(error)) return false
  let away = false
  const look = async (): Promise<Verdict> => {
    const begun = clock.monotonic()
    try {
      await engine.subnets()
      // While it starts a socket of systemd's lets the question wait.
      if (clock.monotonic() - begun >= lookEvery) away = true
      return { is: 'passed' }
    } catch (again) {
      if (!isUnreachable(again)) throw again
      if (!away) await tell()
      away = true
      return { is: 'waiting', on: again.trouble.detail }
    }
  }
  const tell = () => {
    const text = `The container engine does not answer; waiting up to ${secondsOf(patience.left)} for it to come back.`
    return store.tell(refOf(revision), { type: 'notice', text })
  }
  const begun = clock.monotonic()
  try {
    await waitFor(look, { every: lookEvery, within: patience.left, orElse: ({ on }) => ({ reason: 'engine_unreachable', detail: on }) }, clock, signal)
    return away
  } catch (again) {
    if (signal.aborted) throw again
    return false
  } finally {
    patience.left = Math.max(0, patience.left - (clock.monotonic() - begun))
  }
}
