import type { Clock, Engine } from '../deploy/ports.ts'
import type { Log } from './log.ts'

const longest = 5_000

/** Keeps the engine's stream of events open while the server runs: a watch that begins then need not wait for it. Call the result to end it. */
export function keepListening(engine: Pick<Engine, 'listen'>, { clock, log }: { clock: Clock; log: Log }): () => void {
  const over = new AbortController()
  let stop = () => {}
  void listening()
  return () => {
    over.abort()
    stop()
  }

  async function listening(): Promise<void> {
    for (let wait = 100; !over.signal.aborted; wait = Math.min(wait * 2, longest)) {
      try {
        stop = await engine.listen(() => {})
        if (over.signal.aborted) stop()
        return
      } catch (error) {
        log.warn({ err: error }, 'the engine cannot be listened to yet')
        await clock.sleep(wait, over.signal).catch(() => {})
      }
    }
  }
}
