import type { Ceilings } from '../config.ts'
import type { Taken } from '../deploy/plan.ts'
import type { EngineCeilings } from '../deploy/ports.ts'
import type { Dict, Service } from './model.ts'
import { isDict } from './model-text.ts'
import { items } from './policy/rule.ts'

/** What Torii adds to a service of what its file leaves open, and lowers of what it asks for. */
export interface HeldBack {
  options: Dict
  /** What was added, for `torii plan`. */
  added: string[]
  taken: Taken
  /** What is less than the file asks for. */
  notices: string[]
}

/**
 * What Docker gives and web apps do not need: the four that Podman leaves out of the same set by default (containers/common, since Podman
 * 4.4), so images are used to it. `cap_add` takes each back.
 */
export const droppedCapabilities = ['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SYS_CHROOT']

/**
 * Programs that do not work without one of them (tried on Docker 26.1.5: busybox's ping opens a raw socket also as root, `chroot` and `mknod`
 * say "Operation not permitted"; sshd confines itself with chroot and writes to the audit log).
 */
export const needed: Record<string, readonly string[]> = {
  ...Object.fromEntries(['ping', 'ping6', 'traceroute', 'arping'].map((program) => [program, ['NET_RAW']])),
  chroot: ['SYS_CHROOT'],
  mknod: ['MKNOD'],
  sshd: ['SYS_CHROOT', 'AUDIT_WRITE'],
}

/** Programs that become somebody else by their own file's bits: "no new privileges" takes that from them. */
export const elevating = ['sudo', 'doas', 'fixuid']

/** Docker's own json-file log grows without end. 3 files of 10 MB are what the guides of Docker take for an example. */
const logOptions = { 'max-size': '10m', 'max-file': '3' }

const mib = 1024 ** 2

/**
 * The same service always gets the same: an update changes nothing that its file does not. `programs`: those that it is seen to call, and
 * that keep what they need.
 */
export function holdBack(name: string, service: Service, ceilings: Ceilings, engine: EngineCeilings, programs: readonly string[] = []): HeldBack {
  const parts = [processes(service, ceilings, engine), memory(name, service, ceilings, engine), processors(name, service, ceilings, engine)]
  const all = [...parts, privileges(name, service, programs), capabilities(name, service, programs), log(service)].reduce(together, {
    options: {},
    added: [],
    taken: { capabilities: [], newPrivileges: false },
    notices: [],
  })
  const { deploy } = all.options
  return deploy === undefined ? all : { ...all, options: { ...all.options, deploy: merged(service.deploy, deploy) } }
}

type Part = Partial<Omit<HeldBack, 'taken'> & { taken: Partial<Taken> }>
const nothing: Part = {}
type Options = Service & Record<string, unknown>

function together(all: HeldBack, { options = {}, added = [], taken = {}, notices = [] }: Part): HeldBack {
  return {
    options: merged(all.options, options) as Dict,
    added: [...all.added, ...added],
    taken: { ...all.taken, ...taken },
    notices: [...all.notices, ...notices],
  }
}

/** The second over the first, mapping by mapping. */
function merged(before: unknown, now: unknown): unknown {
  if (!isDict(before) || !isDict(now)) return now ?? before
  return Object.fromEntries([...new Set([...Object.keys(before), ...Object.keys(now)])].map((key) => [key, merged(before[key], now[key])]))
}

function limitsOf(service: Service): Dict {
  return service.deploy?.resources?.['limits'] ?? {}
}

/** One limit of `deploy.resources`, and nothing else of it. */
function oneLimit(of: 'limits' | 'reservations', key: string, value: string): Dict {
  return { deploy: { resources: { [of]: { [key]: value } } } }
}

/**
 * A limit where the file keeps its limits: beside any `deploy.resources.limits` Compose refuses `cpus`, `mem_limit` and `pids_limit` that are not
 * just the same there ("can't set distinct values", 2.26.1 and 5.6.1).
 */
function limit(service: Service, own: 'cpus' | 'mem_limit' | 'pids_limit', key: string, value: string | number): Dict {
  if (!isDict(service.deploy?.resources?.['limits'])) return { [own]: value }
  return { deploy: { resources: { limits: { [key]: key === 'pids' ? value : String(value) } } } }
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && Number(value) !== 0
}

function processes(service: Service, { pids }: Ceilings, engine: EngineCeilings): Part {
  const { pids_limit: own } = service as Options
  if (pids === 0 || !engine.pids || isThere(own) || isThere(limitsOf(service)['pids'])) return nothing
  return { options: limit(service, 'pids_limit', 'pids', pids), added: [`at most ${pids} processes`], taken: { processes: pids } }
}

/** Compose drops a `mem_limit` that no number can hold without a word (2.26.1): what has none by then gets the ceiling. */
function memory(name: string, service: Service, ceilings: Ceilings, engine: EngineCeilings): Part {
  if (ceilings.memory === 0 || engine.memory === null) return nothing
  const most = Math.floor((engine.memory * ceilings.memory) / 100 / mib) * mib
  const options = service as Options
  // The engine takes a negative one for none (Docker 26.1.5).
  const over = (value: unknown) => isThere(value) && !(Number(value) > 0 && Number(value) <= most)
  if (!isThere(options['mem_limit']) && !isThere(limitsOf(service)['memory'])) {
    // The engine refuses a swap limit below the memory limit, and one without.
    return Number(options['memswap_limit'] ?? 0) > 0
      ? nothing
      : { options: limit(service, 'mem_limit', 'memory', String(most)), added: [`at most ${bytes(most)} of memory`], taken: { memory: most } }
  }
  const lowered = [
    ...['mem_limit', 'mem_reservation'].filter((key) => over(options[key])).map((key) => ({ key, options: { [key]: String(most) } })),
    ...(['limits', 'reservations'] as const)
      .filter((of) => over(service.deploy?.resources?.[of]?.['memory']))
      .map((of) => ({ key: `deploy.resources.${of}.memory`, options: oneLimit(of, 'memory', String(most)) })),
  ]
  return {
    options: lowered.reduce<Dict>((all, each) => merged(all, each.options) as Dict, {}),
    ...(lowered.some(({ key }) => !key.includes('reserv')) ? { taken: { memory: most } } : {}),
    notices: lowered.map(({ key }) => `${name}: ${key} is lowered to ${bytes(most)}, ${ceilings.memory} % of the engine’s memory (TORII_MEMORY_CEILING).`),
  }
}

/** The engine refuses more processors than it has, and a quota beside `cpus`: that is lowered as a quota. */
function processors(name: string, service: Service, ceilings: Ceilings, engine: EngineCeilings): Part {
  const options = service as Options
  if (ceilings.cpus === 0 || engine.cpus === null) return nothing
  const most = Math.max(0.01, Math.round(engine.cpus * ceilings.cpus) / 100)
  if (isThere(options['cpu_quota']) || isThere(options['cpu_period'])) return quota(name, options, most)
  const inDeploy = limitsOf(service)['cpus']
  const asked = [options['cpus'], inDeploy].find(isThere)
  if (asked === undefined) return { options: limit(service, 'cpus', 'cpus', most), added: [`at most ${most} processors`] }
  if (Number(asked) <= most) return nothing
  const lowered = { ...(isThere(options['cpus']) ? { cpus: most } : {}), ...(isThere(inDeploy) ? oneLimit('limits', 'cpus', String(most)) : {}) }
  return { options: lowered, notices: [`${name}: ${Number(asked)} processors are lowered to ${most}, ${ceilings.cpus} % of the engine’s (TORII_CPU_CEILING).`] }
}

/** Microseconds of each period; the kernel's own is 100 ms. */
function quota(name: string, { cpu_quota: asked, cpu_period: period }: Options, most: number): Part {
  const all = Math.floor(most * (Number(period ?? 0) || 100_000))
  if (Number(asked) > 0 && Number(asked) <= all) return nothing
  if (!isThere(asked)) return { options: { cpu_quota: all }, added: [`at most ${most} processors`] }
  return { options: { cpu_quota: all }, notices: [`${name}: cpu_quota is lowered to ${most} processors (TORII_CPU_CEILING).`] }
}

/** A file that says anything of it decides itself, and `no-new-privileges:false` is judged. */
function privileges(name: string, service: Service, programs: readonly string[]): Part {
  const own = items((service as Options)['security_opt'])
  if (own.some((option) => option.startsWith('no-new-privileges'))) return nothing
  const program = programs.find((each) => elevating.includes(each))
  if (program !== undefined) return { notices: [`${name}: new privileges stay possible, because it calls ${program}; the strict profile takes them.`] }
  return { options: { security_opt: [...own, 'no-new-privileges:true'] }, added: ['no new privileges'], taken: { newPrivileges: true } }
}

/** `privileged` and `cap_add: [ALL]`, where an operator has allowed them, mean all. */
function capabilities(name: string, service: Service, programs: readonly string[]): Part {
  const options = service as Options
  const own = items(options['cap_drop']).map(plain)
  const wanted = items(options['cap_add']).map(plain)
  if (options['privileged'] === true || wanted.includes('ALL') || own.includes('ALL')) return nothing
  const open = droppedCapabilities.filter((each) => !wanted.includes(each) && !own.includes(each))
  const keeping = programs.filter((program) => Object.hasOwn(needed, program) && needed[program]?.some((each) => open.includes(each)))
  const kept = new Set(keeping.flatMap((program) => needed[program] ?? []))
  const dropped = open.filter((each) => !kept.has(each))
  const notices = [...new Set(keeping)].map(
    (program) => `${name}: it keeps ${needed[program]?.join(', ')}, because it calls ${program}; the strict profile takes it.`,
  )
  if (dropped.length === 0) return { notices }
  return {
    options: { cap_drop: [...items(options['cap_drop']), ...dropped] },
    added: [`without ${dropped.join(', ')}`],
    taken: { capabilities: dropped },
    notices,
  }
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
