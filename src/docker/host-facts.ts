import { readFile, statfs } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem } from 'node:os'
import type { HostFacts } from '../deploy/evidence-parts.ts'
import type { Ask } from '../engine-api/ask.ts'

interface Info {
  KernelVersion?: string
  MemTotal?: number
  DockerRootDir?: string
}

/** Two ways of counting the same memory differ by less. */
const tolerance = 0.05

/** The engine's machine, where it is this one. The engine's own part never changes and costs it much: it is asked once. */
export function createHostLook(ask: Ask): (signal: AbortSignal) => Promise<HostFacts | null> {
  let known: Promise<Info> | null = null
  const info = () => {
    known ??= ask<Info>({ path: '/info' }).catch((error) => {
      known = null
      throw error
    })
    return known
  }
  return async () => {
    const engine = await info()
    return isHere(engine) ? lookHere(engine.DockerRootDir ?? null) : null
  }
}

function isHere({ KernelVersion, MemTotal = 0 }: Info): boolean {
  return KernelVersion === release() && Math.abs(MemTotal - totalmem()) <= totalmem() * tolerance
}

async function lookHere(root: string | null): Promise<HostFacts> {
  const [memory, disk, ...pressures] = await Promise.all([
    readProc('meminfo'),
    diskOf(root),
    ...['cpu', 'memory', 'io'].map((of) => readProc(`pressure/${of}`)),
  ])
  const [cpu = null, waits = null, io = null] = pressures.map((text) => waited(text as string))
  return {
    cpus: cpus().length,
    load1: loadavg()[0] ?? 0,
    memoryTotal: totalmem(),
    memoryAvailable: availableIn(memory),
    disk,
    pressure: { cpu, memory: waits, io },
  }
}

/** Bytes, by the text of /proc/meminfo; null: it does not say, which is no word of there being none. */
export function availableIn(meminfo: string): number | null {
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(meminfo)?.[1]
  return kibibytes === undefined ? null : Number(kibibytes) * 1024
}

function readProc(name: string): Promise<string> {
  return readFile(`/proc/${name}`, 'utf8').catch(() => '')
}

async function diskOf(path: string | null): Promise<HostFacts['disk']> {
  if (path === null) return null
  const found = await statfs(path).catch(() => null)
  return found && { path, total: found.blocks * found.bsize, free: found.bavail * found.bsize }
}

/** "some avg10=84.65 avg60=…" */
function waited(text: string): number | null {
  const share = /^some avg10=([\d.]+)/m.exec(text)?.[1]
  return share === undefined ? null : Number(share)
}
