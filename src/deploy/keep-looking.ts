import type { Ports } from './ports.ts'
import type { Revision } from './record.ts'
import type { Watch } from './watch.ts'

/** Looks at all containers every five seconds until it is disposed of: events alone may be lost. */
export function keepLooking({ source }: Revision, watch: Watch, { clock }: Pick<Ports, 'clock'>): Disposable {
  const over = new AbortController()
  const signal = AbortSignal.any([watch.signal, over.signal])
  void looking()
  return { [Symbol.dispose]: () => over.abort() }

  async function looking(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(source.settings.gate.interval, signal).catch(() => {})
      if (!signal.aborted) await watch.look()
    }
  }
}
