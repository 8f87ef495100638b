import { failureOf } from './failure.ts'
import type { Deployment } from './record.ts'
import { retire } from './retire.ts'
import type { Tools } from './tools.ts'
import { isSettled } from './transitions.ts'

export interface Removal {
  name: string
  volumesKept: string[]
  volumesRemoved: string[]
}

/**
 * Removes containers, networks, routes, port and record of a deployment; its volumes only when asked. What is wanted is written first,
 * so a removal that is cut short is completed by the next server. Where volumes are kept the name keeps its id, and so its data.
 */
export async function removeDeployment(deployment: Deployment, { volumes }: { volumes: boolean }, tools: Tools): Promise<Removal> {
  await tools.store.change(deployment.id, { wanted: volumes ? 'removed_with_volumes' : 'removed', open: null })
  return completeRemoval(deployment, { volumes }, tools)
}

export async function completeRemoval({ id, name }: Deployment, { volumes }: { volumes: boolean }, tools: Tools): Promise<Removal> {
  const { engine, store, routes, clock } = tools
  await routes.refresh(id)
  const revisions = await store.revisions(id, { removed: false })
  for (const revision of revisions)
    if (!isSettled(revision.state)) await store.move(revision, 'FAILED', failureOf({ reason: 'cancelled', detail: 'it was removed' }, clock.now()))
  await Promise.all(revisions.map((revision) => retire(revision, tools)))
  const volumesRemoved = volumes ? await engine.removeVolumes(id) : []
  const volumesKept = await engine.volumesOf(id)
  await store.forget(id, { keepName: volumesKept.length > 0 })
  return { name, volumesKept, volumesRemoved }
}
