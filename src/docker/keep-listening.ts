import type { Engine } from '../deploy/ports.ts'
import type { Log } from './log.ts'
import { pause } from './pause.ts'

const longest = 5_000

/** Keeps the engine's stream of events open while the server runs: a watch that begins then need not wait for it. Call the result to end it. */
export function keepListening(engine: Pick<Engine, 'listen'>, log: Log): () => void {
  let over = false
  let stop = () => {}
  void listening()
  return () => {
    over = true
    stop()
  }

  async function listening(): Promise<void> {
    for (let wait = 100; !over; wait = Math.min(wait * 2, longest)) {
      try {
        stop = await engine.listen(() => {})
        if (over) stop()
        return
      } catch (error) {
        log.warn({ err: error }, 'the engine cannot be listened to yet')
        await pause(wait)
      }
    }
  }
}
