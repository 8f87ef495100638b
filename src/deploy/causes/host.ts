import type { HostFacts } from '../evidence-parts.ts'
import { memoryOf } from '../words.ts'
import { type Case, isOfCheck, isOfEnd } from './case.ts'
import { lineWith, type Rule } from './rule.ts'

/** So little is left that programs fail for it. */
const least = { disk: 64 * 1024 ** 2, memory: 0.03 }
/** Work for so many times the machine's processors, and nearly all of them waiting. */
const crowded = { load: 4, pressure: 85 }

export function diskIsFull({ disk }: HostFacts): boolean {
  return disk !== null && disk.free < least.disk
}

export function memoryIsShort({ memoryAvailable, memoryTotal }: HostFacts): boolean {
  return memoryTotal > 0 && memoryAvailable < memoryTotal * least.memory
}

export function processorsAreCrowded({ load1, cpus, pressure }: HostFacts): boolean {
  return cpus > 0 && load1 > cpus * crowded.load && (pressure.cpu ?? 100) > crowded.pressure
}

const isOfTime = (seen: Case) => ['health_timeout', 'health_check_hangs', 'probe_timeout'].includes(seen.trouble.reason) || /timed out|timeout/i.test(seen.said)

export const hostRules: Rule[] = [
  {
    id: 'disk-full',
    about: 'the disk of the engine’s machine is full',
    find: (seen) => {
      const { host } = seen.evidence
      const words = lineWith(`${seen.log}\n${seen.said}\n${seen.trouble.detail}`, /no space left on device|ENOSPC|disk quota exceeded|disk full/i)
      const full = host != null && diskIsFull(host)
      if (words === '' && !(full && (isOfCheck(seen) || isOfEnd(seen)))) return null
      if (words !== '' && host?.disk && host.disk.free > 1024 ** 3 && !full)
        return {
          clause: `${seen.service || 'a container'} has no space left where it writes, although the machine’s disk is not full`,
          fix: `Enlarge the \`tmpfs:\`, \`shm_size:\` or volume that ${seen.service || 'it'} writes to; \`shm_size: 256m\` under the service is the usual one.`,
          evidence: [words, `the disk of ${host.disk.path} has ${memoryOf(host.disk.free)} left`],
          sure: true,
        }
      return {
        clause: 'the disk of this machine is full',
        fix: 'Free space, for example with `docker system prune`, and deploy again: the extension is not to blame.',
        evidence: [
          ...(words === '' ? [] : [words]),
          ...(host?.disk ? [`${memoryOf(host.disk.free)} of ${memoryOf(host.disk.total)} are left on the disk of ${host.disk.path}`] : []),
        ],
        sure: true,
      }
    },
  },
  {
    id: 'host-memory-short',
    about: 'the engine’s machine has hardly any memory left',
    find: (seen) => {
      const { host } = seen.evidence
      const killed = seen.seen?.oomKilled === true && (seen.seen.facts?.memoryLimit ?? 1) === 0
      if (host == null || !memoryIsShort(host) || !(killed || isOfTime(seen) || seen.seen?.exitCode === 137)) return null
      return {
        clause: `this machine has only ${memoryOf(host.memoryAvailable)} of ${memoryOf(host.memoryTotal)} of memory left`,
        fix: 'Stop what is not needed on this machine (`torii ls`, `docker stats`), or give it more memory, and deploy again.',
        evidence: [
          `memory available: ${memoryOf(host.memoryAvailable)}`,
          ...(host.pressure.memory === null ? [] : [`something waited for memory ${host.pressure.memory} % of the last 10 s`]),
        ],
        sure: false,
        tellsApart: 'whether it works when less runs on this machine',
      }
    },
  },
  {
    id: 'host-crowded',
    about: 'the engine’s machine has far more work than processors',
    find: (seen) => {
      const { host } = seen.evidence
      if (host == null || !isOfTime(seen) || !processorsAreCrowded(host)) return null
      return {
        clause: `this machine has work for ${host.load1.toFixed(0)} processors and only ${host.cpus}, so everything on it is slow`,
        fix: 'Deploy again when less runs on this machine (`docker stats` shows what does): the extension may not be to blame.',
        evidence: [
          `load ${host.load1.toFixed(1)} on ${host.cpus} processors`,
          ...(host.pressure.cpu === null ? [] : [`something waited for a processor ${host.pressure.cpu} % of the last 10 s`]),
        ],
        sure: false,
        tellsApart: 'whether it works when less runs on this machine',
      }
    },
  },
]
