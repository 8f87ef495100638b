import type { Clock } from './deploy/ports.ts'

interface Needs {
  clock: Pick<Clock, 'sleep'>
  log: { warn(facts: object, message: string): void }
}

const day = 24 * 3_600_000

/** Work that is to be done once a day until the signal aborts, the first time in a day. One that fails is logged with `says`, and tried the next day. */
export async function onceADay(work: () => Promise<void>, says: string, { clock, log }: Needs, signal: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(day, signal).catch(() => {})
    if (signal.aborted) return
    await work().catch((err: unknown) => log.warn({ err }, says))
  }
}
