import type { Route } from '../deploy/ports.ts'

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const byte = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)'

const isId = new RegExp(`^${uuid}$`)
const isPrefix = new RegExp(`^/runtime/(apps|services|tools)/${uuid}$`)
const isSecret = /^[0-9a-f]{16,128}$/
const isAddress = new RegExp(`^http://(${byte}\\.){3}${byte}:\\d{1,5}$`)

/**
 * Traefik evaluates Go templates in the file and backticks end its rules, so nothing but our own ids, digits, secrets and
 * addresses may get there. What does not fit is a mistake of ours: throws.
 */
export function checkRoute({ ref, kind, port, prefix, to, candidate, at }: Route): void {
  must(isId.test(ref.deployment), 'deployment', ref.deployment)
  must(Number.isSafeInteger(ref.revision) && ref.revision > 0, 'revision', ref.revision)
  must(kind === 'port' || kind === 'path', 'kind', kind)
  must(Number.isInteger(port) && port > 0 && port < 65_536, 'port', port)
  must(kind === 'path' ? isPrefix.test(prefix) && prefix.endsWith(ref.deployment) : prefix === '', 'prefix', prefix)
  must(at === undefined || (Number.isSafeInteger(at) && at >= 0), 'number', at)
  must(candidate === null || isSecret.test(candidate), 'candidate', '(a secret)')
  if (to !== 'starting' && to !== 'stopped') for (const address of to) must(isAddress.test(address), 'address', address)
}

function must(holds: boolean, what: string, seen: unknown): void {
  if (!holds) throw new Error(`no ${what} of a route: ${JSON.stringify(seen)}`)
}
