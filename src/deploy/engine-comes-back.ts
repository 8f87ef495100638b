import { type DeployError, isUnreachable } from './failure.ts'
import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import type { Verdict } from './verdict.ts'
import { waitFor } from './wait-for.ts'
import { secondsOf } from './words.ts'

/** So long may a restart of the engine take. */
const patience = 60_000
const lookEvery = 1_000

/** Waits for the engine, and says so. null: it is back; else why it cannot be asked. */
export async function engineComesBack(
  revision: Revision,
  { engine, store, clock }: Pick<Tools, 'engine' | 'store' | 'clock'>,
  signal: AbortSignal,
): Promise<DeployError | null> {
  await store.tell(refOf(revision), { type: 'notice', text: `The container engine does not answer; waiting up to ${secondsOf(patience)} for it to come back.` })
  const look = async (): Promise<Verdict> => {
    try {
      await engine.subnets()
      return { is: 'passed' }
    } catch (error) {
      if (isUnreachable(error)) return { is: 'waiting', on: error.trouble.detail }
      throw error
    }
  }
  try {
    await waitFor(look, { every: lookEvery, within: patience, orElse: ({ on }) => ({ reason: 'engine_unreachable', detail: on }) }, clock, signal)
    return null
  } catch (error) {
    if (isUnreachable(error)) return error
    throw error
  }
}
