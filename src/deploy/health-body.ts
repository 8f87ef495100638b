import { oneLine } from '../text/one-line.ts'

/** What an app says of itself in the guide's shape: `{status, checks}`. */
export interface Reported {
  status: string
  checks: { name: string; says: string; good: boolean }[]
  /** More checks than are shown. */
  more: number
}

/** As much as `Engine.knock` reads: a body of this size was cut. */
const largest = 64 * 1024
const mostChecks = 50

/** Words that say that all is well; of anything else an operator should hear. */
const goodWords = new Set([
  'healthy',
  'ok',
  'okay',
  'pass',
  'passed',
  'passing',
  'up',
  'true',
  'ready',
  'alive',
  'connected',
  'available',
  'success',
  'operational',
])

/** null: it is not of the guide's shape. Whatever the app wrote is cut to lines that steer nothing. */
export function readHealthBody(body: string): Reported | null {
  if (body.length >= largest) return null
  const report = parsed(body)
  if (!isObject(report) || typeof report['status'] !== 'string') return null
  const checks = isObject(report['checks']) ? Object.entries(report['checks']) : []
  const shown = checks.slice(0, mostChecks).map(([name, value]) => ({ name: oneLine(name, 80), says: oneLine(words(value), 200), good: isGood(words(value)) }))
  return { status: oneLine(report['status'], 80), checks: shown, more: checks.length - shown.length }
}

export function isGood(says: string): boolean {
  return goodWords.has(says.trim().toLowerCase())
}

/** A check may be a word, or an object with a status of its own. */
function words(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (!isObject(value)) return value === null ? 'null' : 'a list'
  const { status, error, message } = value
  const said = [status, error ?? message].filter((part) => typeof part === 'string' && part !== '')
  return said.length === 0 ? 'an object without a status' : said.join(': ')
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
