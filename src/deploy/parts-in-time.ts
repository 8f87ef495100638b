import { oneLine } from '../text/one-line.ts'
import { troubleOf } from './failure.ts'
import type { Clock } from './ports.ts'
import { secondsOf } from './words.ts'

/** Gathers things side by side that share one deadline: what is not there by then is left out, and said so. */
export interface Parts {
  /** null: it was not to be had. Never rejects. */
  have<T>(what: string, get: (signal: AbortSignal) => Promise<T>): Promise<T | null>
  missing: string[]
  end(): void
}

/** ms. What has arrived by the deadline on a busy machine is taken in first: a process wakes for its timers before its answers. */
const grace = { least: 20, most: 1_000 }

export function partsWithin(ms: number, clock: Clock): Parts {
  const missing: string[] = []
  const late = new AbortController()
  const over = new AbortController()
  const begun = clock.monotonic()
  // Who is woken late was late with all the rest as well: a starved machine gets twice that time on top.
  const lateBy = () => clock.monotonic() - begun - ms
  const deadline = clock
    .sleep(ms, over.signal)
    .then(() => clock.sleep(Math.min(grace.most, Math.max(grace.least, 2 * lateBy())), over.signal))
    .then(
      () => late.abort(),
      () => {},
    )
  const leave = (what: string, why: string): null => {
    missing.push(`${what}: ${why}`)
    return null
  }
  return {
    missing,
    end: () => over.abort(),
    async have(what, get) {
      let there = false
      const arrived = <R>(result: R): R => {
        there = true
        return result
      }
      const none = deadline.then(() => (late.signal.aborted && !there ? leave(what, `not there within ${secondsOf(ms)}`) : null))
      const got = get(late.signal).then(arrived, (error) => (late.signal.aborted ? null : arrived(leave(what, wordsOf(error)))))
      return Promise.race([got, none])
    },
  }
}

function wordsOf(error: unknown): string {
  return oneLine(troubleOf(error).detail, 200) || 'it could not be read'
}
