import { diskIsFull, memoryIsShort, processorsAreCrowded } from './causes/host.ts'
import type { HostFacts } from './evidence-parts.ts'
import type { Ports } from './ports.ts'
import { type Revision, refOf } from './record.ts'
import { memoryOf } from './words.ts'

/** One look at the engine's machine; what it is starved of is told once of each kind, so that nobody blames the app for it. Never rejects. */
export function createPressureTeller(revision: Revision, { engine, store }: Pick<Ports, 'engine' | 'store'>): (signal: AbortSignal) => Promise<void> {
  const told = new Set<string>()
  return async (signal) => {
    const host = await engine.host(signal).catch(() => null)
    for (const text of host === null ? [] : starvedOf(host)) {
      const kind = text.split(':', 1)[0] ?? ''
      if (told.has(kind) || signal.aborted) continue
      told.add(kind)
      await store.tell(refOf(revision), { type: 'notice', rule: 'host_pressure', text }).catch(() => {})
    }
  }
}

function starvedOf(host: HostFacts): string[] {
  const { cpus, load1, memoryAvailable, memoryTotal, disk } = host
  return [
    memoryIsShort(host) &&
      `This machine is short of memory: ${memoryOf(memoryAvailable)} of ${memoryOf(memoryTotal)} are left. What is slow or killed now may be so for that.`,
    disk !== null && diskIsFull(host) && `The disk of this machine is full: ${memoryOf(disk.free)} are left at ${disk.path}. What fails now may fail for that.`,
    processorsAreCrowded(host) &&
      `This machine is overloaded: it has work for ${load1.toFixed(0)} processors and only ${cpus}. What is slow now may be slow for that.`,
  ].filter((text) => text !== false)
}
