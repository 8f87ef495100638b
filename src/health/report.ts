import { cleanText } from '../text/clean.ts'
import type { Outcome } from './judge-answer.ts'
import type { Settings } from './settings.ts'

/** The guide's body: `{"status": "healthy", "checks": {"database": "ok", "dependency": "degraded"}}`. */
export interface HealthReport {
  /** unhealthy when a critical check failed, or while the app drains */
  readonly status: 'healthy' | 'unhealthy'
  /** by name: `ok`, `degraded`, `error` or `error: …` */
  readonly checks: Readonly<Record<string, string>>
}

export interface Result {
  name: string
  critical: boolean
  outcome: Outcome
}

/** Characters of a failed check's words. */
const longest = 200

export const drainingReport: HealthReport = freeze('unhealthy', [['shutdown', 'draining']])

export function reportOf(results: readonly Result[], describe: Settings['describe']): HealthReport {
  const isHealthy = results.every(({ critical, outcome }) => !critical || outcome.is !== 'failed')
  return freeze(
    isHealthy ? 'healthy' : 'unhealthy',
    results.map((result) => [result.name, wordOf(result, describe)]),
  )
}

function wordOf({ name, critical, outcome }: Result, describe: Settings['describe']): string {
  if (outcome.is === 'passed') return 'ok'
  if (outcome.is === 'degraded' || !critical) return 'degraded'
  const words = wordsFor(outcome.error, name, describe)
  return words === '' ? 'error' : `error: ${words}`
}

/** On one line, fit for a terminal. A description that throws, or is none, is no reason to fail the probe. */
function wordsFor(error: unknown, name: string, describe: Settings['describe']): string {
  try {
    const words = cleanText(describe(error, name) ?? '').replace(/\s+/g, ' ')
    return cleanText(words.trim(), { max: longest })
  } catch {
    return ''
  }
}

/** All who ask at once get the same object. */
function freeze(status: HealthReport['status'], checks: [name: string, word: string][]): HealthReport {
  return Object.freeze({ status, checks: Object.freeze(Object.fromEntries(checks)) })
}
