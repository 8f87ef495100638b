import type { EngineCeilings } from '../deploy/ports.ts'
import type { Ask } from '../engine-api/ask.ts'

interface Info {
  MemTotal?: number
  NCPU?: number
  MemoryLimit?: boolean
  CpuCfsPeriod?: boolean
  CpuCfsQuota?: boolean
  PidsLimit?: boolean
}

/**
 * What the engine has and can limit. Asked once: its kernel does not change while it runs. Where it has no CFS quota it refuses a container
 * that asks for `cpus`; without the memory controller it starts one and ignores the limit (Docker 26.1.5, daemon_unix.go).
 */
export function createCeilings(ask: Ask): () => Promise<EngineCeilings> {
  let known: Promise<EngineCeilings> | null = null
  return () => {
    known ??= ask<Info>({ path: '/info' })
      .then(ceilingsOf)
      .catch((error) => {
        known = null
        throw error
      })
    return known
  }
}

export function ceilingsOf({ MemTotal = 0, NCPU = 0, MemoryLimit, CpuCfsPeriod, CpuCfsQuota, PidsLimit }: Info): EngineCeilings {
  return {
    memory: MemoryLimit === true && MemTotal > 0 ? MemTotal : null,
    cpus: CpuCfsPeriod === true && CpuCfsQuota === true && NCPU > 0 ? NCPU : null,
    pids: PidsLimit === true,
  }
}
