import type { Check } from './plan.ts'
import type { Container } from './ports.ts'
import type { CheckAttempt } from './record.ts'

export type Health = NonNullable<Container['health']>

/** As many as Docker keeps; every one is written down before the next. */
const keptAttempts = 5

export const unasked: Health = { status: 'starting', failingStreak: 0, log: [] }

/** Docker's own rules (26.1.5): a success is enough; a failure counts after the start period, or after the first success. */
export function afterAttempt(health: Health, attempt: CheckAttempt, { retries, startPeriod }: Check, sinceStart: number): Health {
  const log = [...health.log, attempt].slice(-keptAttempts)
  if (attempt.exit === 0) return { status: 'healthy', failingStreak: 0, log }
  if (health.status === 'starting' && sinceStart < startPeriod) return { ...health, log }
  const failingStreak = health.failingStreak + 1
  return { status: failingStreak >= retries ? 'unhealthy' : health.status, failingStreak, log }
}

/** From the end of one attempt, or from the start, to the next. */
export function pauseBefore({ status }: Health, { interval, startInterval, startPeriod }: Check, sinceStart: number): number {
  return status === 'starting' && startInterval > 0 && sinceStart < startPeriod ? Math.min(startInterval, interval) : interval
}
