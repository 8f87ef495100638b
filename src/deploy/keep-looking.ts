import { createPressureTeller } from './host-pressure.ts'
import type { Ports } from './ports.ts'
import type { Revision } from './record.ts'
import type { Watch } from './watch.ts'

/** ms between two looks at the machine. */
const lookAtHostEvery = 5_000

/** Looks at all containers and at the machine they run on again and again until it is disposed of: events alone may be lost. */
export function keepLooking(revision: Revision, watch: Watch, { clock, ...ports }: Pick<Ports, 'clock' | 'engine' | 'store'>): Disposable {
  const over = new AbortController()
  const signal = AbortSignal.any([watch.signal, over.signal])
  const tellPressure = createPressureTeller(revision, ports)
  void again(revision.source.settings.gate.interval, () => watch.look())
  void again(lookAtHostEvery, () => tellPressure(signal))
  return { [Symbol.dispose]: () => over.abort() }

  async function again(every: number, look: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(every, signal).catch(() => {})
      if (!signal.aborted) await look()
    }
  }
}
