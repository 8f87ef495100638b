import { DeployError } from '../deploy/failure.ts'
import type { Check, OutsideCheck } from '../deploy/plan.ts'
import { cleanText } from '../text/clean.ts'
import { formatDuration, parseDuration } from './duration.ts'
import type { Dict, Service } from './model.ts'
import { isDict } from './model-text.ts'
import { probePathTrouble } from './probe-path.ts'

/** `x-torii: {healthcheck: …}` of a service, as it is asked for. */
export interface OwnCheckSettings {
  /** null: a connection is enough. */
  path: string | null
  /** null: the service's own. */
  port: number | null
  /** ms */
  interval: number
  timeout: number
  retries: number
  startPeriod: number
}

/** The guide's own timings ("Parameters explained"). */
const defaults = { interval: 10_000, timeout: 5_000, retries: 3, startPeriod: 30_000 }
const longest = 24 * 3_600_000
const known = ['http', 'tcp', 'port', 'interval', 'timeout', 'retries', 'start_period']

/** Throws a sentence that begins after `x-torii.healthcheck`. Interpolation makes strings of everything. */
export function ownCheckSettings(asked: unknown): OwnCheckSettings | null {
  if (asked === undefined || asked === null) return null
  if (!isDict(asked)) throw new Error(' must be a mapping such as {http: /health, port: 8000} or {tcp: 5432}')
  const stranger = Object.keys(asked).find((key) => !known.includes(key))
  if (stranger !== undefined) throw new Error(`.${stranger}: there is no such setting of a check (${known.join(', ')})`)
  const { http, tcp } = asked
  if (isThere(http) === isThere(tcp)) throw new Error(' must have either http or tcp')
  return { path: isThere(http) ? pathOf(http) : null, port: portIn(asked), ...timesOf(asked) }
}

function pathOf(http: unknown): string {
  if (typeof http === 'string' && probePathTrouble(http) === null) return http
  throw new Error('.http must be a path such as /health: it starts with one "/", without "//", "\\", control characters or ".."')
}

function portIn({ tcp, port }: Dict): number | null {
  const short = tcp === true || tcp === 'true' ? undefined : tcp
  const [first, second] = [short, port].filter(isThere).map(portOf)
  if (first !== undefined && second !== undefined && first !== second) throw new Error(' names two ports')
  return first ?? null
}

function portOf(value: unknown): number {
  const number = Number(value)
  if (/^\d{1,5}$/.test(scalar(value)) && number >= 1 && number <= 65535) return number
  throw new Error(' must name a port between 1 and 65535')
}

function timesOf(asked: Dict): Omit<OwnCheckSettings, 'path' | 'port'> {
  return {
    interval: time(asked, 'interval', defaults.interval, 1000),
    timeout: time(asked, 'timeout', defaults.timeout, 1),
    retries: countOf(asked['retries']),
    startPeriod: time(asked, 'start_period', defaults.startPeriod, 0),
  }
}

function time(asked: Dict, key: string, fallback: number, least: number): number {
  if (!isThere(asked[key])) return fallback
  const ms = parseDuration(asked[key])
  if (ms !== null && ms >= least && ms <= longest) return ms
  throw new Error(`.${key} must be a duration such as 10s or 1m30s, ${least > 0 ? `at least ${formatDuration(least)}` : 'not negative'} and at most a day`)
}

function countOf(value: unknown): number {
  if (!isThere(value)) return defaults.retries
  if (/^\d{1,4}$/.test(scalar(value)) && Number(value) >= 1) return Number(value)
  throw new Error('.retries must be a number from 1 to 9999')
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 'false'
}

function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** The check as the gate knows it, and where it is asked. Throws compose_invalid where it can never pass. */
export function outsideCheck(
  { name, service, servicePort }: { name: string; service: Pick<Service, 'network_mode'>; servicePort: number | null },
  settings: OwnCheckSettings,
): { check: Check; outside: OutsideCheck } {
  const { path, interval, timeout, retries, startPeriod } = settings
  const port = settings.port ?? servicePort
  if (port === null) throw invalid(name, 'x-torii.healthcheck names no port, and the service has none', 'Add `port:` to it.')
  if (service.network_mode !== undefined && service.network_mode !== 'bridge' && service.network_mode !== 'default')
    throw invalid(
      name,
      `x-torii.healthcheck asks the container’s own address, and with network_mode: ${service.network_mode} it has none`,
      'Leave out `network_mode`, or give the service a HEALTHCHECK.',
    )
  const test = ['TORII', path === null ? `tcp :${port}` : `GET :${port}${path}`]
  return { check: { test, interval, timeout, retries, startPeriod, startInterval: 0 }, outside: { port, path } }
}

function invalid(service: string, detail: string, fix: string): DeployError {
  return new DeployError('compose_invalid', cleanText(`services.${service}: ${detail}`, { max: 300 }), { service, fix })
}
