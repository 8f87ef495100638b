import type { Mount, Service } from '../model.ts'
import { isDict } from '../model-text.ts'
import { isSet, type Rule, when } from './rule.ts'

/** More shared memory or tmpfs than any database or browser asks for by itself; bytes. */
const mostMemoryFiles = 8 * 1024 ** 3
/** Docker's own hard limit of open files, and the kernel's `fs.nr_open`: above it nothing starts. */
const mostFiles = 1_048_576
/** A sixteenth of the kernel's default `kernel.threads-max` on a machine of 64 GiB. */
const mostProcesses = 32_768
/** Limits that bound the container's own use of memory or files; the others take from everybody on the host. */
const ownLimits = ['as', 'core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'nofile', 'nproc', 'rss', 'stack']

/** Rows about how much of the host a service may take. */
export const limitRules: Rule<Service>[] = [
  {
    name: 'oom_score',
    decision: 'deny',
    reason: 'it makes the kernel kill others first',
    safer: 'Set a memory limit instead.',
    find: (service) => when(service, 'oom_score_adj', (value) => isSet(value) && !(Number(value) >= 0)),
  },
  {
    name: 'many_replicas',
    decision: 'ask',
    reason: 'more than 32 containers of one service',
    safer: 'Ask for at most 32.',
    find: (service) => [...when(service, 'scale', tooMany), ...when(service.deploy ?? {}, 'replicas', tooMany)],
  },
  {
    name: 'unlimited_processes',
    decision: 'deny',
    reason: 'it takes away the limit of the engine, and one container could take every process of the host',
    safer: 'Remove `pids_limit`, or give a number.',
    find: (service) => [...when(service, 'pids_limit', isUnlimited), ...when(service.deploy?.resources?.['limits'] ?? {}, 'pids', isUnlimited)],
  },
  {
    name: 'many_processes',
    decision: 'ask',
    reason: `more than ${mostProcesses} processes of one container`,
    safer: `Ask for at most ${mostProcesses}.`,
    find: (service) => {
      const tooMany = (value: unknown) => isSet(value) && Number(value) > mostProcesses
      return [...when(service, 'pids_limit', tooMany), ...when(service.deploy?.resources?.['limits'] ?? {}, 'pids', tooMany)]
    },
  },
  {
    name: 'large_memory_files',
    decision: 'ask',
    reason: 'more than 8 GiB of memory kept as files',
    safer: 'Ask for at most 8g, or use a named volume.',
    find: (service) => [...when(service, 'shm_size', isLarge), ...(service.volumes ?? []).flatMap(largeTmpfs), ...largeOption(service)],
  },
  {
    name: 'shared_limits',
    decision: 'ask',
    reason: 'it takes from what all containers of the host share',
    safer: `Remove it; allowed are ${ownLimits.join(', ')}, with at most ${mostFiles} open files.`,
    find: (service) =>
      ulimits(service)
        .filter(isShared)
        .map(([name]) => `ulimits: ${name}`),
  },
]

function isUnlimited(value: unknown): boolean {
  return isSet(value) && !(Number(value) >= 0)
}

function tooMany(value: unknown): boolean {
  return isSet(value) && !(Number(value) >= 0 && Number(value) <= 32)
}

/** Bytes as a number or a text of digits: Compose has resolved every unit. */
function isLarge(value: unknown): boolean {
  return isSet(value) && !(Number(value) <= mostMemoryFiles)
}

function largeTmpfs(mount: Mount): string[] {
  const { tmpfs } = mount as { tmpfs?: object | null }
  return when(tmpfs ?? {}, 'size', isLarge).map((found) => `volumes: ${mount.target} tmpfs ${found}`)
}

const units: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** `tmpfs: /run:size=64m,mode=755`: Compose leaves the options of a mount as they are. */
function largeOption(service: Service): string[] {
  const { tmpfs } = service as { tmpfs?: unknown }
  const all = Array.isArray(tmpfs) ? tmpfs : isSet(tmpfs) ? [tmpfs] : []
  return all
    .map(String)
    .filter((each) => {
      const [, number, unit = ''] = /[:,]size=(\d+)([kmg]?)/i.exec(each) ?? []
      return number !== undefined && Number(number) * (units[unit.toLowerCase()] ?? 1) > mostMemoryFiles
    })
    .map((each) => `tmpfs: ${each}`)
}

function ulimits(service: Service): [string, unknown][] {
  const { ulimits: all } = service as { ulimits?: unknown }
  return isDict(all) ? Object.entries(all) : []
}

function isShared([name, value]: [string, unknown]): boolean {
  if (!ownLimits.includes(name)) return isSet(value)
  const asked = isDict(value) ? Object.values(value) : [value]
  return name === 'nofile' && asked.some((each) => !(Number(each) >= 0 && Number(each) <= mostFiles))
}
