import { cleanText } from '../text/clean.ts'
import { withoutTags } from '../text/plain-page.ts'
import { withoutRuntimeWords } from '../text/runtime-words.ts'
import { failingCheck, neverThere } from './failing-check.ts'
import type { Check, PlannedService } from './plan.ts'
import type { Container } from './ports.ts'
import type { CheckAttempt } from './record.ts'
import { failed, type Verdict, waiting } from './verdict.ts'
import { counted, lastLineOf, secondsOf } from './words.ts'

/** What Docker's health of a running container means (guide, "Behavior by Container State"). */
export function checkVerdict(planned: PlannedService, health: NonNullable<Container['health']>, command: string[] = []): Verdict {
  const last = health.log.at(-1)
  switch (health.status) {
    case 'healthy':
      return { is: 'passed' }
    case 'unhealthy':
      return unhealthy(planned, health)
    case 'starting':
      if (neverThere(planned.check, health, command) !== null) return unhealthy(planned, health)
      return waiting(last && last.exit !== 0 ? `its health check: ${attemptWords(last)}${whatMayCome(planned.check, last)}` : 'its health check')
  }
}

/** A check that cannot run yet is no failure: what starts may still bring its program, and the engine's own verdict decides. */
function whatMayCome(check: Check | null, last: CheckAttempt): string {
  const why = failingCheck(check, { failingStreak: 1, log: [last] })
  return why.reason === 'health_tool_missing' ? ` (what starts may still bring ${cleanText(why.program, { max: 80 })})` : ''
}

function unhealthy({ name, check }: PlannedService, health: NonNullable<Container['health']>): Verdict {
  const why = failingCheck(check, health)
  const program = why.reason === 'health_tool_missing' ? cleanText(why.program, { max: 80 }) : null
  const fix = program === null ? undefined : `Install ${program} in the image of ${name}, or let its health check run a program that is there.`
  return failed(why.reason, name, unhealthyDetail(health, health.log.at(-1)), fix)
}

function unhealthyDetail({ failingStreak }: NonNullable<Container['health']>, last: CheckAttempt | undefined): string {
  if (last === undefined) return 'Docker says so, without one recorded check'
  const streak = failingStreak > 1 ? `${counted(failingStreak, 'check')} in a row failed, the last one` : 'its check failed'
  return `${streak} ${attemptWords(last)}`
}

/** "with exit code 1: connection refused". */
export function attemptWords({ exit, output }: CheckAttempt): string {
  const said = cleanText(withoutTags(withoutRuntimeWords(lastLineOf(output))), { max: 300 })
  // A check over its timeout has exit code -1 and says so itself (Docker 26.1.5).
  const code = exit === -1 ? '' : `with exit code ${exit}`
  return [code, said].filter((part) => part !== '').join(': ') || 'without a word'
}

/** Why a check that was still undecided at the deadline could not decide, from its own settings (reading 15). */
export function undecidedDetail(check: Check | null, within: number, last: CheckAttempt | undefined): string {
  const still = `still starting after ${secondsOf(within)}`
  if (check === null) return still
  const earliest = earliestFailure(check)
  if (earliest < within) return `${still}${lastWords(last)}`
  return `${still}; with ${slowest(check)} no verdict on a failing check is possible before ${secondsOf(earliest)}${lastWords(last)}`
}

/**
 * The earliest and the latest moment of a verdict, ms after the start, by the check's own settings: a first success decides, and so do
 * enough failures that each take their whole timeout, or the end of the gate's time.
 */
export function verdictBetween(
  { check, firstProbe }: Pick<PlannedService, 'check' | 'firstProbe'>,
  within: number,
): { earliest: number; latest: number } | null {
  if (check === null) return null
  const { interval, startInterval, startPeriod, retries, timeout } = check
  const first = firstProbe?.fast ?? (startInterval > 0 && startPeriod > 0 ? Math.min(startInterval, interval) : interval)
  return { earliest: Math.min(first, within), latest: Math.min(within, earliestFailure(check) + retries * timeout) }
}

/**
 * Of failures Docker counts those that begin after the start period, so the first that counts is the first that the schedule puts
 * there (measured: interval 6 s, start period 7 s or 12 s, 2 retries: 18.2 s; Docker 26.1.5).
 */
export function earliestFailure({ startPeriod, startInterval, interval, retries }: Check): number {
  const first = startInterval > 0 && startPeriod > 0 ? startPeriod : Math.max(1, Math.ceil(startPeriod / interval)) * interval
  return first + (retries - 1) * interval
}

/** What takes most of the time. */
function slowest({ startPeriod, interval, retries }: Check): string {
  return startPeriod > 0 && startPeriod >= (retries - 1) * interval
    ? `a start period of ${secondsOf(startPeriod)}`
    : `${counted(retries, 'retry', 'retries')} every ${secondsOf(interval)}`
}

function lastWords(last: CheckAttempt | undefined): string {
  return last === undefined ? '; not one check has ended yet' : last.exit === 0 ? '' : `; the last check failed ${attemptWords(last)}`
}
