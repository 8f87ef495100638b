import { diskIsFull, processorsAreCrowded, shortMemory } from './causes/host.ts'
import type { HostFacts } from './evidence-parts.ts'
import type { Ports } from './ports.ts'
import { type Revision, refOf } from './record.ts'
import { memoryOf } from './words.ts'

/** One look at the engine's machine; what it is starved of is told once of each kind, so that nobody blames the app for it. Never rejects. */
export function createPressureTeller(revision: Revision, { engine, store }: Pick<Ports, 'engine' | 'store'>): (signal: AbortSignal) => Promise<void> {
  const told = new Set<string>()
  return async (signal) => {
    const host = await engine.host(signal).catch(() => null)
    for (const { kind, text } of host === null ? [] : starvedOf(host)) {
      if (told.has(kind) || signal.aborted) continue
      told.add(kind)
      await store.tell(refOf(revision), { type: 'notice', rule: 'host_pressure', text }).catch(() => {})
    }
  }
}

interface Want {
  kind: 'memory' | 'disk' | 'processors'
  text: string
}

function starvedOf(host: HostFacts): Want[] {
  const { cpus, load1, memoryTotal, disk } = host
  const wants: Want[] = []
  const memory = shortMemory(host)
  if (memory !== null) {
    const text = `This machine is short of memory: ${memoryOf(memory)} of ${memoryOf(memoryTotal)} are left. What is slow or killed now may be so for that.`
    wants.push({ kind: 'memory', text })
  }
  if (disk !== null && diskIsFull(host)) {
    const text = `The disk of this machine is full: ${memoryOf(disk.free)} are left at ${disk.path}. What fails now may fail for that.`
    wants.push({ kind: 'disk', text })
  }
  if (processorsAreCrowded(host)) {
    const text = `This machine is overloaded: it has work for ${load1.toFixed(0)} processors and only ${cpus}. What is slow now may be slow for that.`
    wants.push({ kind: 'processors', text })
  }
  return wants
}
