import { parse } from 'yaml'
import { rememberFew } from '../text/remember-few.ts'

/** What the causes of failures look at in one service of a resolved model. Values may be secret: they are compared, and never told. */
export interface ModelService {
  environment: Record<string, string>
  /** Bind mounts, volumes and tmpfs, as Compose resolves them; an anonymous volume has the source ''. */
  mounts: { type: string; source: string; target: string; readOnly: boolean }[]
  /** Its `command:`; empty: the image's own. */
  command: string
  /** Its image is built of the extension's own folder. */
  built: boolean
  /** The networks it is in, by their names in the file. */
  networks: string[]
}

const models = rememberFew<string, Map<string, ModelService>>(4)

/** The services of a resolved Compose model by their names. One that cannot be read has none. */
export function modelServices(resolved: string): Map<string, ModelService> {
  return models.of(resolved, () => servicesIn(resolved))
}

function servicesIn(resolved: string): Map<string, ModelService> {
  try {
    const model: unknown = parse(resolved, { logLevel: 'silent', uniqueKeys: false, maxAliasCount: 0 })
    return new Map(Object.entries(group(group(model)['services'])).map(([name, service]) => [name, serviceOf(group(service))]))
  } catch {
    return new Map()
  }
}

function serviceOf(service: Record<string, unknown>): ModelService {
  const command = service['command']
  return {
    environment: Object.fromEntries(
      Object.entries(group(service['environment'])).flatMap(([name, value]) => (isPlain(value) ? [[name, undollar(String(value))]] : [])),
    ),
    mounts: [...list(service['volumes']).map(group).map(mountOf), ...list(service['tmpfs']).map((entry) => inMemory(text(entry)))],
    command: undollar(Array.isArray(command) ? command.map(text).join(' ') : text(command)),
    built: Object.keys(group(service['build'])).length > 0,
    networks: Array.isArray(service['networks']) ? service['networks'].map(text) : Object.keys(group(service['networks'])),
  }
}

function mountOf(mount: Record<string, unknown>): ModelService['mounts'][number] {
  return {
    type: text(mount['type']) || 'volume',
    source: undollar(text(mount['source'])),
    target: folder(text(mount['target'])),
    readOnly: mount['read_only'] === true,
  }
}

/** `/run` or `/run:size=64m`. */
function inMemory(entry: string): ModelService['mounts'][number] {
  return { type: 'tmpfs', source: '', target: folder(entry.split(':')[0] ?? ''), readOnly: false }
}

function folder(path: string): string {
  return undollar(path).replace(/(?<=.)\/+$/, '')
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value)

function undollar(value: string): string {
  return value.replaceAll('$$', '$')
}

function group(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}
