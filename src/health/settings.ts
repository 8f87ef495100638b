import { errorCode } from './error-code.ts'

/**
 * Looks at one thing the app needs. It passes unless it throws, rejects, takes longer than its timeout, or answers `false` or something
 * whose `ok` is false (a fetch Response with 4xx or 5xx). `'degraded'` means: works, but not well. Any other answer passes.
 *
 * The signal is aborted at the timeout: hand it on (`fetch(url, { signal })`) and nothing is left running.
 */
export type CheckFunction = (signal: AbortSignal) => unknown

/** A check with settings of its own. */
export interface CheckSettings {
  check: CheckFunction
  /** Whether the app is unhealthy without it. Default true. A check that is not critical shows as `degraded` when it fails. */
  critical?: boolean
  /** Milliseconds until it counts as failed. Default: `timeout` of the options. */
  timeout?: number
}

/** A function alone is critical and has the default timeout. */
export type Check = CheckFunction | CheckSettings

/** What a failed check threw, or a CheckFailure, for the app's own log. */
export interface Failure {
  check: string
  critical: boolean
  /** As it was thrown, secrets and all: log it, do not answer with it. */
  error: unknown
}

export interface HealthOptions {
  /** Milliseconds a check may take. Default 2000, as in the guide's example: well below the 5 s a health check has. */
  timeout?: number
  /** Milliseconds for which a result is answered again without running the checks. Default 1000: less than any sane interval. */
  maxAge?: number
  /** The words for a failed critical check, shown as `error: …` to whoever may ask. Default `errorCode`; `errorMessage()` tells more. */
  describe?: (error: unknown, check: string) => string | undefined
  /** Told of each failed check once a run. What it throws is dropped. */
  onFailure?: (failure: Failure) => unknown
}

export interface CheckPlan extends Required<CheckSettings> {
  name: string
}

export type Settings = Required<HealthOptions>

const defaults: Settings = { timeout: 2000, maxAge: 1000, describe: errorCode, onFailure: () => {} }

/** setTimeout's own limit: a longer one rings at once (Node 24). */
const longest = 2 ** 31 - 1

/** Throws TypeError on what no app can have meant: at start, where somebody sees it. */
export function readOptions(options: HealthOptions): Settings {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const settings: Settings = { ...defaults, ...Object.fromEntries(given) }
  if (!isDuration(settings.timeout)) throw new TypeError(`torii/health: timeout is ${show(settings.timeout)}; ${wanted}, more than 0`)
  if (settings.maxAge !== 0 && !isDuration(settings.maxAge)) throw new TypeError(`torii/health: maxAge is ${show(settings.maxAge)}; ${wanted}, or 0`)
  if (typeof settings.describe !== 'function') throw new TypeError('torii/health: describe is no function')
  if (typeof settings.onFailure !== 'function') throw new TypeError('torii/health: onFailure is no function')
  return settings
}

/** Throws TypeError as `readOptions` does. */
export function readChecks(checks: Readonly<Record<string, Check>>, { timeout }: Settings): CheckPlan[] {
  return Object.entries(checks).map(([name, check]) => readCheck(name, typeof check === 'function' ? { check } : check, timeout))
}

function readCheck(name: string, given: CheckSettings, defaultTimeout: number): CheckPlan {
  const { check, critical = true, timeout = defaultTimeout } = given ?? {}
  if (typeof check !== 'function') throw new TypeError(`torii/health: the check ${show(name)} is neither a function nor { check: a function }`)
  if (typeof critical !== 'boolean') throw new TypeError(`torii/health: critical of ${show(name)} is ${show(critical)}; it is true or false`)
  if (!isDuration(timeout)) throw new TypeError(`torii/health: timeout of ${show(name)} is ${show(timeout)}; ${wanted}, more than 0`)
  return { name, check, critical, timeout }
}

const wanted = 'it is a number of milliseconds'
const isDuration = (value: unknown): boolean => typeof value === 'number' && value > 0 && value <= longest
const show = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value))
