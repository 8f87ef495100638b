import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import { listed, secondsOf } from './words.ts'

/** ms. Whoever waits longer than this wonders why. */
const long = 5_000

/** Stops an old revision for a new one, which waits for it: says that it does, and afterwards who held everybody up. */
export async function stopFor(
  revision: Revision,
  old: Revision,
  { engine, store, clock, stopGrace }: Pick<Tools, 'engine' | 'store' | 'clock' | 'stopGrace'>,
): Promise<void> {
  const running = (await engine.containers(refOf(old))).filter(({ state }) => state === 'running').map(({ id }) => id)
  const tell = (text: string) => store.tell(refOf(revision), { type: 'notice', rule: 'stopping', text })
  if (running.length > 0) await tell(`stopping revision ${old.revision}`)
  const begun = clock.monotonic()
  await engine.stop(refOf(old), { graceMs: stopGrace, disarm: true })
  const took = clock.monotonic() - begun
  if (running.length === 0 || took < long) return
  // 137: killed by SIGKILL, as it did not end by itself.
  const killed = (await engine.containers(refOf(old))).filter(({ id, exitCode, oomKilled }) => running.includes(id) && exitCode === 137 && !oomKilled)
  const names = [...new Set(killed.map(({ service }) => service))]
  if (names.length === 0) return
  const text = `${listed(names)} of revision ${old.revision} did not end when asked to: ${secondsOf(took)} went by until ${names.length === 1 ? 'it was' : 'they were'} killed. \`init: true\` or a \`stop_signal:\` that the program knows (SIGINT) under the service ends it at once.`
  await store.tell(refOf(revision), { type: 'notice', rule: 'killed', text })
}
