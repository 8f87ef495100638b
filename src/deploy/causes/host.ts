import type { HostFacts } from '../evidence-parts.ts'
import { rowOf } from '../failure.ts'
import { memoryOf } from '../words.ts'
import { type Case, engineWords, finalLines, isOfCheck, isOfEnd } from './case.ts'
import { lineWith, type Rule } from './rule.ts'

/** So little is left that programs fail for it: bytes of disk, a share of all memory (docs/decisions/starved-machine.md). */
const least = { disk: 64 * 1024 ** 2, memory: 0.03 }
/** Work for so many times the machine's processors, and something waiting for one in so many percent of the time. */
const crowded = { load: 4, pressure: 85 }

export function diskIsFull({ disk }: HostFacts): boolean {
  return disk !== null && disk.free < least.disk
}

/** Bytes that are left where that is too little; null: it is enough, or unknown. */
export function shortMemory({ memoryAvailable, memoryTotal }: HostFacts): number | null {
  return memoryAvailable !== null && memoryAvailable < memoryTotal * least.memory ? memoryAvailable : null
}

/** Load alone is no proof, as it counts also who waits for a disk: a kernel that does not count the waiting says nothing. */
export function processorsAreCrowded({ load1, cpus, pressure }: HostFacts): boolean {
  return cpus > 0 && load1 > cpus * crowded.load && pressure.cpu !== null && pressure.cpu > crowded.pressure
}

const isOfTime = (seen: Case) => ['health_timeout', 'health_check_hangs', 'probe_timeout'].includes(seen.trouble.reason) || /timed out|timeout/i.test(seen.said)
const noSpace = /no space left on device|ENOSPC|disk quota exceeded|database or disk is full/i
const leftOf = ({ path, free, total }: NonNullable<HostFacts['disk']>) => `${memoryOf(free)} of ${memoryOf(total)} are left on the disk of ${path}`

export const hostRules: Rule[] = [
  {
    id: 'disk-full',
    about: 'a program that finds no space left where it writes, on the engine’s disk or on a smaller one',
    find: (seen) => {
      const disk = seen.evidence.host?.disk ?? null
      const ofEngine = lineWith(engineWords(seen), noSpace)
      const last = ofEngine || lineWith(finalLines(seen).join('\n'), noSpace)
      const words = last || lineWith(`${seen.log}\n${seen.said}\n${seen.trouble.detail}`, noSpace)
      if (words === '') return null
      const full = ofEngine !== '' || (seen.evidence.host != null && diskIsFull(seen.evidence.host))
      const doubt = { tellsApart: `\`df -h\` here and in the container${seen.service === '' ? '' : ` of ${seen.service}`}: which one has nothing left` }
      const evidence = [words, ...(disk === null ? [] : [leftOf(disk)])]
      if (disk !== null && disk.free > 1024 ** 3)
        return {
          clause: `${seen.service || 'a container'} has no space left where it writes, although the machine’s disk is not full`,
          fix: `Enlarge the \`tmpfs:\`, \`shm_size:\` or volume that ${seen.service || 'it'} writes to; \`shm_size: 256m\` under the service is the usual one.`,
          evidence,
          sure: last !== '',
          ...(last === '' && doubt),
        }
      return { clause: 'the disk of this machine is full', fix: rowOf('disk_full').fix(''), evidence, sure: full, ...(!full && doubt) }
    },
  },
  {
    id: 'host-disk-short',
    about: 'the engine’s machine has hardly any disk left, and nothing that was said tells why it failed',
    find: (seen) => {
      const { host } = seen.evidence
      const disk = host?.disk ?? null
      if (host == null || disk === null || !diskIsFull(host) || seen.lacks !== null || !(isOfCheck(seen) || isOfEnd(seen))) return null
      return {
        clause: `this machine has only ${memoryOf(disk.free)} of disk left`,
        fix: rowOf('disk_full').fix(''),
        evidence: [leftOf(disk)],
        sure: false,
        tellsApart: 'whether it works when there is room on that disk',
      }
    },
  },
  {
    id: 'host-memory-short',
    about: 'the engine’s machine has hardly any memory left',
    find: (seen) => {
      const { host } = seen.evidence
      const killed = seen.seen?.oomKilled === true && (seen.seen.facts?.memoryLimit ?? 1) === 0
      const left = host == null ? null : shortMemory(host)
      if (host == null || left === null || !(killed || isOfTime(seen) || seen.seen?.exitCode === 137)) return null
      return {
        clause: `this machine has only ${memoryOf(left)} of ${memoryOf(host.memoryTotal)} of memory left`,
        fix: 'Stop what is not needed on this machine (`torii ls`, `docker stats`), or give it more memory, and deploy again.',
        evidence: [
          `memory available: ${memoryOf(left)}`,
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
        evidence: [`load ${host.load1.toFixed(1)} on ${host.cpus} processors`, `something waited for a processor ${host.pressure.cpu} % of the last 10 s`],
        sure: false,
        tellsApart: 'whether it works when less runs on this machine',
      }
    },
  },
]
