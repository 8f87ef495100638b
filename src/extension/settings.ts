import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import type { Settings } from '../deploy/plan.ts'
import type { Kind } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'
import { nearest } from '../text/nearest.ts'
import { parseDuration } from './duration.ts'
import type { Dict } from './model.ts'
import { isDict } from './model-text.ts'
import { probePathTrouble } from './probe-path.ts'

/** What a value must be, for its sentence, and how it is read; undefined: it is not that. */
interface Reading<T> {
  must: string
  read(value: unknown): T | undefined
}

const longest = 24 * 3_600_000
const flag: Reading<boolean> = { must: 'true or false', read: (value) => (typeof value === 'boolean' ? value : undefined) }
const word: Reading<string> = { must: 'a service’s name', read: (value) => (typeof value === 'string' && value !== '' ? value : undefined) }
const path: Reading<string> = {
  must: 'a path such as /health: it starts with one "/", without "//", "\\", control characters or ".."',
  read: (value) => (typeof value === 'string' && probePathTrouble(value) === null ? value : undefined),
}
const duration: Reading<number> = {
  must: 'a duration such as 60s or 1m30s, longer than nothing and at most a day',
  read: (value) => within(parseDuration(value), 1, longest),
}
const status: Reading<number> = {
  must: 'an HTTP status between 200 and 600',
  read: (value) => within(Number.isInteger(value) ? (value as number) : null, 200, 600),
}

/** Read by `torii lint` alone. */
const ruleIds: Reading<string[]> = {
  must: 'a list of lint rules such as [T101]',
  read: (value) => (Array.isArray(value) && value.every((each) => typeof each === 'string' && /^T\d{3}$/.test(each)) ? value : undefined),
}

function oneOf<const T extends string>(...words: T[]): Reading<T> {
  return { must: `one of ${words.join(', ')}`, read: (value) => words.find((each) => each === value) }
}

/** Every setting by its path: the one place that says what may stand there. */
const readings = {
  primary: word,
  routing: oneOf('both', 'port', 'path'),
  strip_path_prefix: flag,
  fast_start: flag,
  'gate.timeout': duration,
  'gate.interval': duration,
  'probe.type': { must: 'http (tcp and mcp are not supported yet)', read: (value) => (value === 'http' ? ('http' as const) : undefined) },
  'probe.path': path,
  'probe.timeout': duration,
  'probe.interval': duration,
  'probe.expect': status,
  'update.strategy': oneOf('auto', 'beside', 'in_place'),
  'update.soak': duration,
  'lint.ignore': ruleIds,
} as const satisfies Record<string, Reading<unknown>>

type Key = keyof typeof readings
type Asked = { [K in Key]?: NonNullable<ReturnType<(typeof readings)[K]['read']>> }

/** `torii` of kamiwaza.json under `x-torii` of the Compose file, with the operator's defaults filled in. */
export function settingsOf(input: { metadata: Dict; torii: unknown; kind: Kind; config: Pick<Config, 'gate' | 'probe'> }): {
  settings: Settings
  notices: string[]
} {
  const outer = input.metadata['strip_path_prefix']
  const asked: Asked = {
    ...(outer === undefined || outer === null ? {} : readGroup({ strip_path_prefix: outer }, 'kamiwaza.json: ')),
    ...readGroup(input.metadata['torii'], 'kamiwaza.json: torii.'),
    ...readGroup(input.torii, 'x-torii.'),
  }
  const notices = asked['update.soak'] === undefined ? [] : ['update.soak is not supported yet and does nothing.']
  return { settings: withDefaults(asked, input.kind, input.config), notices: [...notices, ...routingNotices(asked)] }
}

function withDefaults(asked: Asked, kind: Kind, config: Pick<Config, 'gate' | 'probe'>): Settings {
  const strip = asked.strip_path_prefix ?? true
  return {
    routing: strip ? (asked.routing ?? 'both') : 'path',
    stripPathPrefix: strip,
    fastStart: asked.fast_start ?? true,
    gate: { timeout: asked['gate.timeout'] ?? config.gate.timeout, interval: asked['gate.interval'] ?? config.gate.interval },
    probe: {
      type: asked['probe.type'] ?? (kind === 'app' ? 'http' : 'none'),
      path: asked['probe.path'] ?? '/',
      timeout: asked['probe.timeout'] ?? config.probe.timeout,
      interval: asked['probe.interval'] ?? config.probe.interval,
      expect: asked['probe.expect'] ?? 400,
    },
    update: { strategy: asked['update.strategy'] ?? 'auto' },
    primary: asked.primary ?? null,
  }
}

// Reading 4: an app that wants its prefix would answer 404 without it, so only the path route is published.
function routingNotices(asked: Asked): string[] {
  const contradicts = asked.strip_path_prefix === false && asked.routing !== undefined && asked.routing !== 'path'
  return contradicts ? [`routing: ${asked.routing} is ignored: with strip_path_prefix: false only the path route is published.`] : []
}

function readGroup(group: unknown, at: string, prefix = ''): Asked {
  if (group === undefined || group === null) return {}
  const here = at.slice(0, -1)
  if (!isDict(group)) throw invalid(`${here} must be a mapping of settings`, fixAt(at))
  return Object.assign({}, ...Object.entries(group).map(([key, value]) => readOne(`${prefix}${key}`, value, at)))
}

/** Settings that only a service has (service-settings.ts). */
const ofServices = ['port', 'oneshot', 'healthcheck']
/** Settings that only stand at the top of the file. */
export const ofTheTop = [...new Set(Object.keys(readings).map((key) => key.split('.')[0] ?? ''))].filter((key) => key !== 'primary' && key !== 'lint')

function readOne(key: string, value: unknown, at: string): Asked {
  if (isGroup(key)) return readGroup(value, `${at}${key}.`, `${key}.`)
  const name = key.split('.').at(-1) ?? key
  if (ofServices.includes(key))
    throw invalid(`${at}${name}: \`${name}\` belongs on a service`, `Write \`x-torii: {${name}: …}\` below the service it is for, in the Compose file.`)
  if (!Object.hasOwn(readings, key)) throw invalid(`${at}${name}: there is no such setting${hint(key)}`, fixAt(at))
  const reading = readings[key as Key]
  const read = reading.read(value)
  if (read === undefined) throw invalid(`${at}${name} must be ${reading.must}`, fixAt(at))
  return { [key]: read }
}

function isGroup(key: string): boolean {
  return Object.keys(readings).some((each) => each.startsWith(`${key}.`))
}

function hint(key: string): string {
  const meant = nearest(key, [...Object.keys(readings), ...ofTheTop])
  return meant === null ? '' : `; did you mean "${meant}"?`
}

function within(number: number | null, least: number, most: number): number | undefined {
  return number !== null && number >= least && number <= most ? number : undefined
}

function fixAt(at: string): string {
  return at.startsWith('kamiwaza.json')
    ? 'Correct that setting in kamiwaza.json and deploy again.'
    : 'Correct that setting of `x-torii` at the top of the Compose file and deploy again.'
}

function invalid(detail: string, fix: string): DeployError {
  return new DeployError('compose_invalid', cleanText(detail, { max: 300 }), { fix })
}
