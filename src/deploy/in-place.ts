import type { Plan, Settings } from './plan.ts'
import type { Revision } from './record.ts'
import type { Tools } from './tools.ts'
import { listed } from './words.ts'

/** The live revision that another takes the place of, and the volumes that leave no other way. */
export interface Replaced {
  live: Revision
  /** With `ports` empty: the extension asks for it. */
  volumes: string[]
  /** Ports of the host that both publish: two cannot have one. */
  ports: string[]
}

/** null: there is no live revision, or this one starts beside it. */
export async function replacedBy(revision: Revision, { store }: Pick<Tools, 'store'>): Promise<Replaced | null> {
  const number = (await store.deployment(revision.deployment))?.live ?? null
  const live = number === null || number === revision.revision ? null : await store.revision({ deployment: revision.deployment, revision: number })
  if (!live?.plan || !revision.plan) return null
  const ports = (revision.plan.hostPorts ?? []).filter((port) => live.plan?.hostPorts?.includes(port))
  const volumes = sharedVolumes(revision.source.settings, revision.plan, live.plan) ?? (ports.length > 0 && isFree(revision) ? [] : null)
  return volumes === null ? null : { live, volumes, ports }
}

/** The extension leaves it to Torii how a revision takes over. */
function isFree({ source }: Revision): boolean {
  return source.settings.update.strategy === 'auto'
}

/** Why it takes the other's place, as a clause. */
export function whyInPlace({ volumes, ports }: Pick<Replaced, 'volumes' | 'ports'>): string {
  const what = [
    ...(volumes.length === 0 ? [] : [`${volumes.length === 1 ? 'the volume' : 'the volumes'} ${listed(volumes)}`]),
    ...ports.map((port) => `port ${port} of the host`),
  ]
  return what.length === 0 ? 'as the extension asks' : `because both use ${listed(what)}`
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
  return shared.length > 0 || update.strategy === 'in_place' ? shared : null
}
