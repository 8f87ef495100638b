import { nearest } from '../../text/nearest.ts'
import type { Case } from './case.ts'
import { write } from './rule.ts'

export const others = (seen: Case) => (seen.revision.plan?.services ?? []).filter(({ name }) => name !== seen.service)

const bare = (host: string) => host.replace(/:\d+$/, '')

export const alsoWrite = (...args: Parameters<typeof write>) => write(...args).replace(/^In/, 'in')

/** By port too, where both name one. */
function isSameHost(one: string, other: string): boolean {
  return one === other || (bare(one) === bare(other) && (one === bare(one) || other === bare(other)))
}

function variablesOf({ seen }: Pick<Case, 'seen'>, host: string): [string, string][] {
  return Object.entries(seen?.facts?.hosts ?? {}).filter(([, value]) => isSameHost(value, host))
}

/** The variable that names this host. */
export function variableOf({ seen }: Pick<Case, 'seen'>, host: string): [string, string] | null {
  return variablesOf({ seen }, host)[0] ?? null
}

/** The one host in its variables that is no service, no address and nothing of the wider world. */
export function onlyStranger(seen: Case): string | null {
  const names = new Set((seen.revision.plan?.services ?? []).map(({ name }) => name))
  const strangers = new Set(
    Object.values(seen.seen?.facts?.hosts ?? {})
      .map(bare)
      .filter((host) => !names.has(host) && !host.includes('.') && host !== 'localhost'),
  )
  return strangers.size === 1 ? ([...strangers][0] ?? null) : null
}

const families: [RegExp, number[]][] = [
  [/postgres|postgis|timescale|pgvector|^db$|^pg/i, [5432]],
  [/mysql|mariadb|percona/i, [3306]],
  [/redis|valkey|keydb|^cache$/i, [6379]],
  [/mongo/i, [27017]],
  [/rabbit|^queue$|^broker$/i, [5672]],
  [/memcached/i, [11211]],
]

/** Which of the other services is meant: by its kind, else by its name; for a port the only one there is. */
export function meantBy(seen: Case, { host = '', port = 0 }: { host?: string; port?: number }): { name: string; sure: boolean } | null {
  const all = others(seen)
  const kind = ({ name, image }: { name: string; image: string }) =>
    families.some(([words, itsPorts]) => (words.test(image) || words.test(name)) && (itsPorts.includes(port) || (host !== '' && words.test(host))))
  const byKind = all.filter(kind)
  if (byKind.length === 1 && byKind[0]) return { name: byKind[0].name, sure: true }
  const near = all.filter(({ name }) => host !== '' && (host.includes(name) || name.includes(host) || nearest(host, [name]) !== null))
  const isOfKind = families.some(([words]) => words.test(host))
  const found = near[0] ?? (!isOfKind && all.length === 1 ? all[0] : undefined)
  return found === undefined ? null : { name: found.name, sure: false }
}

/** What to write where a host is named that no service is called. */
export function renamed(seen: Case, host: string): string {
  const variable = variableOf(seen, host)
  const meant = meantBy(seen, { host })
  const from = variable?.[1] ?? host
  if (meant !== null) return hostFix(seen, from, from.replace(host, meant.name))
  return variable === null ? `Correct the variable of ${seen.service} that names ${host}` : `Correct ${variable[0]} of ${seen.service}, which names ${host}`
}

/** What to write in place of a host, in every variable that names it; of a URL only the host is known, as the rest may be secret. */
export function hostFix(seen: Case, from: string, to: string): string {
  const named = variablesOf(seen, from)
  const [first, ...more] = named.slice(0, 3).map(([variable, value]) => inPlace(seen, { variable, value, from, to }))
  if (first === undefined) return `Let ${seen.service} call \`${to}\` instead of \`${from}\`, in its configuration or \`environment:\``
  return [first, ...more.map((each) => each.replace(/^In/, 'in'))].join('; and ')
}

function inPlace({ service }: Case, { variable, value, from, to }: { variable: string; value: string; from: string; to: string }): string {
  const host = value === bare(value) ? bare(to) : to
  if (/(^|_)(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$/i.test(variable) && bare(value) === bare(from)) return write(service, 'environment:', `${variable}: ${host}`)
  return `In the Compose file, under \`services: ${service}: environment:\`, write \`${host}\` in place of \`${value}\` in ${variable}`
}
