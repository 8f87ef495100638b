import { DeployError, RecordTaken } from './failure.ts'
import type { Tools } from './tools.ts'
import { ShuttingDown } from './workers.ts'

const first = 1_000
const longest = 30_000

/**
 * Work in the background that must be done in the end: an engine that is away or a full disk only delays it. Ends when it is done,
 * called off, or another process has the record.
 */
export async function untilDone(work: () => Promise<unknown>, { clock, log }: Pick<Tools, 'clock' | 'log'>, signal: AbortSignal): Promise<void> {
  for (let pause = first; !signal.aborted; pause = Math.min(pause * 2, longest)) {
    try {
      await work()
      return
    } catch (error) {
      if (signal.aborted || isCalledOff(error)) return
      log.warn({ err: error, retryMs: pause }, 'work in the background could not be done yet')
      await clock.sleep(pause, signal).catch(() => {})
    }
  }
}

function isCalledOff(error: unknown): boolean {
  return error instanceof RecordTaken || error instanceof ShuttingDown || (error instanceof DeployError && error.trouble.reason === 'cancelled')
}
