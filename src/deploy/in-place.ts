import type { Plan, Settings } from './plan.ts'
import type { Revision } from './record.ts'
import type { Tools } from './tools.ts'

/** The live revision that another takes the place of, and the volumes that leave no other way. */
export interface Replaced {
  live: Revision
  /** With ports of the host, which two cannot have either. Empty: the extension asks for it. */
  volumes: string[]
}

/** null: there is no live revision, or this one starts beside it. */
export async function replacedBy(revision: Revision, { store }: Pick<Tools, 'store'>): Promise<Replaced | null> {
  const number = (await store.deployment(revision.deployment))?.live ?? null
  const live = number === null || number === revision.revision ? null : await store.revision({ deployment: revision.deployment, revision: number })
  if (!live?.plan || !revision.plan) return null
  const volumes = sharedVolumes(revision.source.settings, revision.plan, live.plan)
  return volumes === null ? null : { live, volumes }
}

/**
 * The named volumes that both use and one of them writes: side by side, two revisions would write them at the same time (design §3,
 * reading 24). null: they can stand side by side.
 */
export function sharedVolumes({ update }: Pick<Settings, 'update'>, coming: Plan, live: Plan): string[] | null {
  if (update.strategy === 'beside') return null
  const shared = coming.volumes.flatMap(({ name, engineName, writers }) => {
    const same = live.volumes.find((volume) => volume.engineName === engineName)
    return same && (writers.length > 0 || same.writers.length > 0) ? [name] : []
  })
  const ports = (coming.hostPorts ?? []).filter((port) => live.hostPorts?.includes(port)).map((port) => `port ${port} of the host`)
  return shared.length + ports.length > 0 || update.strategy === 'in_place' ? [...shared, ...ports] : null
}
