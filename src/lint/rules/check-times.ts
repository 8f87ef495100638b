import type { Check } from '../../deploy/plan.ts'

/**
 * Docker counts failures that begin after the start period, so the first that counts is the first that its schedule puts there (Docker 26.1.5,
 * as deploy/judge-check.ts measured). Fast start rounds the start period up to whole intervals, which changes nothing of it.
 */
function firstThatCounts({ startPeriod, startInterval, interval }: Check): number {
  return startInterval > 0 && startPeriod > 0 ? startPeriod : Math.max(1, Math.ceil(startPeriod / interval)) * interval
}

/** After the start, ms: when a check that fails at once can first make a container unhealthy. */
export function earliestUnhealthy(check: Check): number {
  return firstThatCounts(check) + (check.retries - 1) * check.interval
}

/** The same for a check that hangs: each run takes its whole timeout, and the next begins an interval after its end. */
export function hangingUnhealthy(check: Check): number {
  return firstThatCounts(check) + check.retries * check.timeout + (check.retries - 1) * check.interval
}

/** The first run by Docker's own schedule, without Torii's fast start. */
export function firstRun({ startInterval, startPeriod, interval }: Check): number {
  return startInterval > 0 && startPeriod > 0 ? Math.min(startInterval, interval) : interval
}
