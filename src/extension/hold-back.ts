import type { Ceilings } from '../config.ts'
import type { EngineCeilings } from '../deploy/ports.ts'
import type { Dict, Service } from './model.ts'
import { isDict } from './model-text.ts'
import { items } from './policy/rule.ts'

/** What Torii adds to a service of what its file leaves open, and lowers of what it asks for. */
export interface HeldBack {
  options: Dict
  /** What was added, for `torii plan`. */
  added: string[]
  /** What is less than the file asks for. */
  notices: string[]
}

/**
 * What Docker gives and web apps do not need: the four that Podman leaves out of the same set by default (containers/common, since Podman
 * 4.4), so images are used to it. `cap_add` takes each back.
 */
export const droppedCapabilities = ['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SYS_CHROOT']

/** Docker's own json-file log grows without end. 3 files of 10 MB are what the guides of Docker take for an example. */
const logOptions = { 'max-size': '10m', 'max-file': '3' }

const mib = 1024 ** 2

/** The same service always gets the same: an update changes nothing that its file does not. */
export function holdBack(name: string, service: Service, ceilings: Ceilings, engine: EngineCeilings): HeldBack {
  const parts = [processes(service, ceilings, engine), memory(name, service, ceilings, engine), processors(name, service, ceilings, engine)]
  return [...parts, privileges(service), capabilities(service), log(service)].reduce(together, { options: {}, added: [], notices: [] })
}

type Part = Partial<HeldBack>
const nothing: Part = {}
type Options = Service & Record<string, unknown>

function together(all: HeldBack, { options = {}, added = [], notices = [] }: Part): HeldBack {
  const deploy = merged(all.options['deploy'], options['deploy'])
  return {
    options: { ...all.options, ...options, ...(deploy === undefined ? {} : { deploy }) },
    added: [...all.added, ...added],
    notices: [...all.notices, ...notices],
  }
}

/** Of `deploy` each part writes its own limit. */
function merged(before: unknown, now: unknown): unknown {
  if (!isDict(before) || !isDict(now)) return now ?? before
  return Object.fromEntries([...new Set([...Object.keys(before), ...Object.keys(now)])].map((key) => [key, merged(before[key], now[key])]))
}

function limitsOf(service: Service): Dict {
  return service.deploy?.resources?.['limits'] ?? {}
}

/** With one limit of `deploy.resources` changed, and all else of `deploy` as it is. */
function withLimit(service: Service, of: 'limits' | 'reservations', key: string, value: string): Dict {
  const resources = service.deploy?.resources ?? {}
  return { deploy: { ...service.deploy, resources: { ...resources, [of]: { ...resources[of], [key]: value } } } }
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && Number(value) !== 0
}

function processes(service: Service, { pids }: Ceilings, engine: EngineCeilings): Part {
  const { pids_limit: own } = service as Options
  if (pids === 0 || !engine.pids || isThere(own) || isThere(limitsOf(service)['pids'])) return nothing
  return { options: { pids_limit: pids }, added: [`at most ${pids} processes`] }
}

/** Compose drops a `mem_limit` that no number can hold without a word (2.26.1): what has none by then gets the ceiling. */
function memory(name: string, service: Service, ceilings: Ceilings, engine: EngineCeilings): Part {
  if (ceilings.memory === 0 || engine.memory === null) return nothing
  const most = Math.floor((engine.memory * ceilings.memory) / 100 / mib) * mib
  const options = service as Options
  const over = (value: unknown) => isThere(value) && !(Number(value) <= most)
  if (!isThere(options['mem_limit']) && !isThere(limitsOf(service)['memory'])) {
    // The engine takes no swap limit below the memory limit.
    return isThere(options['memswap_limit']) ? nothing : { options: { mem_limit: String(most) }, added: [`at most ${bytes(most)} of memory`] }
  }
  const lowered = [
    ...['mem_limit', 'mem_reservation'].filter((key) => over(options[key])).map((key) => ({ key, options: { [key]: String(most) } })),
    ...(['limits', 'reservations'] as const)
      .filter((of) => over(service.deploy?.resources?.[of]?.['memory']))
      .map((of) => ({ key: `deploy.resources.${of}.memory`, options: withLimit(service, of, 'memory', String(most)) })),
  ]
  return {
    options: lowered.reduce<Dict>((all, each) => together({ options: all, added: [], notices: [] }, each).options, {}),
    notices: lowered.map(({ key }) => `${name}: ${key} is lowered to ${bytes(most)}, ${ceilings.memory} % of the engine’s memory (TORII_MEMORY_CEILING).`),
  }
}

/** The engine refuses both a quota beside `cpus`, and more processors than it has. */
function processors(name: string, service: Service, ceilings: Ceilings, engine: EngineCeilings): Part {
  const options = service as Options
  if (ceilings.cpus === 0 || engine.cpus === null || isThere(options['cpu_quota']) || isThere(options['cpu_period'])) return nothing
  const most = Math.max(0.01, Math.round(engine.cpus * ceilings.cpus) / 100)
  const inDeploy = limitsOf(service)['cpus']
  const asked = [options['cpus'], inDeploy].find(isThere)
  if (asked === undefined) return { options: { cpus: most }, added: [`at most ${most} processors`] }
  if (Number(asked) <= most) return nothing
  const lowered = { ...(isThere(options['cpus']) ? { cpus: most } : {}), ...(isThere(inDeploy) ? withLimit(service, 'limits', 'cpus', String(most)) : {}) }
  return { options: lowered, notices: [`${name}: ${Number(asked)} processors are lowered to ${most}, ${ceilings.cpus} % of the engine’s (TORII_CPU_CEILING).`] }
}

/** A file that says anything of it decides itself, and `no-new-privileges:false` is judged. */
function privileges(service: Service): Part {
  const own = items((service as Options)['security_opt'])
  if (own.some((option) => option.startsWith('no-new-privileges'))) return nothing
  return { options: { security_opt: [...own, 'no-new-privileges:true'] }, added: ['no new privileges'] }
}

/** `privileged` and `cap_add: [ALL]`, where an operator has allowed them, mean all. */
function capabilities(service: Service): Part {
  const options = service as Options
  const own = items(options['cap_drop']).map(plain)
  const wanted = items(options['cap_add']).map(plain)
  if (options['privileged'] === true || wanted.includes('ALL') || own.includes('ALL')) return nothing
  const dropped = droppedCapabilities.filter((each) => !wanted.includes(each) && !own.includes(each))
  if (dropped.length === 0) return nothing
  return { options: { cap_drop: [...items(options['cap_drop']), ...dropped] }, added: [`without ${dropped.join(', ')}`] }
}

function plain(capability: string): string {
  return capability.toUpperCase().replace(/^CAP_/, '')
}

/** `none` and `local` (5 files of 20 MB by itself) are left as they are. */
function log(service: Service): Part {
  const { logging } = service as { logging?: { driver?: string | null; options?: Dict | null } | null }
  if (isThere(logging?.driver) && logging?.driver !== 'json-file') return nothing
  if (isThere(logging?.options?.['max-size'])) return nothing
  return { options: { logging: { driver: 'json-file', options: { ...logOptions, ...logging?.options } } }, added: ['a log of at most 3 files of 10 MB'] }
}

function bytes(count: number): string {
  return count >= 1024 * mib ? `${Math.round((count / 1024 / mib) * 10) / 10} GiB` : `${Math.floor(count / mib)} MiB`
}
