import { noAnswerFor, noAnswerWithin } from './check-failure.ts'
import type { Clock } from './clock.ts'
import { judgeAnswer, type Outcome } from './judge-answer.ts'
import type { CheckPlan } from './settings.ts'

/**
 * Milliseconds after which a call that never ended is given up and the check is called again: a connection that was silently cut must not
 * keep an app unhealthy for ever. Until then nothing is called on top of it: a database that hangs is not asked once a probe.
 */
const givenUpAfter = 30_000

/** Calls a check, never twice at a time. The answer comes within the check's timeout, whatever the check does. Never rejects. */
export function oneCall({ check, timeout }: CheckPlan, clock: Clock): () => Promise<Outcome> {
  let underWay: { since: number } | undefined

  return () => {
    const now = clock.monotonic()
    const age = underWay && now - underWay.since
    if (age !== undefined && age < Math.max(givenUpAfter, timeout)) return Promise.resolve({ is: 'failed', error: noAnswerFor(age) })
    const call = { since: now }
    underWay = call
    return within(timeout, clock, async (signal) => {
      try {
        return judgeAnswer(await check(signal))
      } catch (error) {
        return { is: 'failed', error }
      } finally {
        if (underWay === call) underWay = undefined
      }
    })
  }
}

function within(ms: number, clock: Clock, call: (signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
  return new Promise((resolve) => {
    const abort = new AbortController()
    const takeBack = clock.alarm(ms, () => {
      const error = noAnswerWithin(ms)
      resolve({ is: 'failed', error })
      abort.abort(error)
    })
    void call(abort.signal).then((outcome) => {
      takeBack()
      resolve(outcome)
    })
  })
}
