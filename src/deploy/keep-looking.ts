import { createPressureTeller } from './host-pressure.ts'
import type { Ports } from './ports.ts'
import type { Revision } from './record.ts'
import type { Watch } from './watch.ts'

/** Looks at all containers, and at the machine they run on, every five seconds until it is disposed of: events alone may be lost. */
export function keepLooking(revision: Revision, watch: Watch, { clock, ...ports }: Pick<Ports, 'clock' | 'engine' | 'store'>): Disposable {
  const over = new AbortController()
  const signal = AbortSignal.any([watch.signal, over.signal])
  const tellPressure = createPressureTeller(revision, ports)
  void looking()
  return { [Symbol.dispose]: () => over.abort() }

  async function looking(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(revision.source.settings.gate.interval, signal).catch(() => {})
      if (signal.aborted) return
      void tellPressure(signal)
      await watch.look()
    }
  }
}
