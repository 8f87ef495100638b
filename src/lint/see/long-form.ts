import { resolve } from 'node:path'
import { hasVariable } from '../../extension/interpolate.ts'
import type { Dict, Healthcheck, Mount, Port, Service } from '../../extension/model.ts'
import { dict, isDict } from '../../extension/model-text.ts'

/**
 * A service in the forms that Compose's resolved model has, so that rules of that model can be asked. What has a type that no form has is left
 * out: the schema tells it. Relative paths are made absolute, as Compose does.
 */
export function longForm(raw: Dict, base: string): Service {
  const { extends: _, ports, expose, volumes, environment, labels, networks, depends_on, healthcheck, build, image, ...rest } = raw
  return {
    ...rest,
    ...present('image', text(image)),
    ...present('build', buildOf(build, base)),
    ...present('ports', list(ports)?.flatMap(portOf)),
    ...present(
      'expose',
      list(expose)?.flatMap((each) => text(each) ?? []),
    ),
    ...present(
      'volumes',
      list(volumes)?.flatMap((each) => mountOf(each, base)),
    ),
    ...present(
      'environment',
      mapping(environment, (value) => (value === undefined ? null : scalar(value))),
    ),
    ...present(
      'labels',
      mapping(labels, (value) => scalar(value) ?? ''),
    ),
    ...present(
      'networks',
      mapping(networks, (value) => (isDict(value) ? value : null)),
    ),
    ...present(
      'depends_on',
      mapping(depends_on, (value) => (isDict(value) ? value : { condition: 'service_started' })),
    ),
    ...present('healthcheck', isDict(healthcheck) ? (healthcheck as Healthcheck) : undefined),
  } as Service
}

/** "8000", "8080:8000", "127.0.0.1:8080:8000/tcp", or the mapping; a range counts by its first port. */
export function portOf(value: unknown): Port[] {
  if (isDict(value)) return [value as Port]
  const [address = '', protocol = 'tcp'] = (text(value) ?? '').split('/')
  const parts = address.match(/(?:\$\{[^}]*\}|\[[^\]]*\]|[^:])+/g) ?? []
  const target = parts.at(-1)?.split('-')[0] ?? ''
  if (!/^\d{1,5}$/.test(target)) return []
  const [published, hostIp] = parts.slice(0, -1).toReversed()
  return [{ target: Number(target), protocol, ...present('published', published), ...present('host_ip', hostIp) }]
}

/** "data:/var/lib", "./site:/srv:ro", "/cache", or the mapping. */
export function mountOf(value: unknown, base: string): Mount[] {
  if (isDict(value))
    return [{ ...value, ...present('source', value['type'] === 'bind' ? absolute(text(value['source']), base) : text(value['source'])) } as Mount]
  const parts = (text(value) ?? '').match(/(?:\$\{[^}]*\}|[^:])+/g) ?? []
  const [first, second, mode = ''] = parts
  if (first === undefined) return []
  if (second === undefined) return [{ type: 'volume', target: first }]
  const isBind = /^[./~]/.test(first) || hasVariable(first)
  const options = mode.split(',')
  return [
    {
      type: isBind ? 'bind' : 'volume',
      source: (isBind ? absolute(first, base) : first) ?? first,
      target: second,
      ...(options.includes('ro') ? { read_only: true } : {}),
      ...(options.some((each) => /^z$/i.test(each)) ? { bind: { selinux: 'z' } } : {}),
    },
  ]
}

function buildOf(value: unknown, base: string): Dict | undefined {
  const build = typeof value === 'string' ? { context: value } : isDict(value) ? value : undefined
  return build && { ...build, context: absolute(text(build['context']) ?? '.', base) }
}

function absolute(path: string | undefined, base: string): string | undefined {
  if (path === undefined || /^[a-z][a-z0-9+.-]*:/i.test(path) || hasVariable(path)) return path
  return resolve(base, path)
}

/** A mapping, or a list of NAME=value. */
function mapping<T>(value: unknown, read: (value: unknown) => T): Dict<T> | undefined {
  if (isDict(value)) return dict(Object.entries(value).map(([name, item]) => [name, read(item)] as const))
  return list(value) && dict((list(value) ?? []).flatMap((item) => entryOf(text(item), read)))
}

function entryOf<T>(item: string | undefined, read: (value: unknown) => T): [string, T][] {
  if (item === undefined) return []
  const at = item.indexOf('=')
  return [at < 0 ? [item, read(undefined)] : [item.slice(0, at), read(item.slice(at + 1))]]
}

function list(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}

function scalar(value: unknown): string | null {
  return typeof value === 'boolean' ? String(value) : (text(value) ?? null)
}

function present<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>)
}
