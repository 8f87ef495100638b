import { deploy } from './deploy.ts'
import { disarm } from './disarm.ts'
import { giveUp } from './give-up.ts'
import { followAddresses } from './keep-addresses.ts'
import type { Deployment, Revision } from './record.ts'
import { completeRemoval } from './remove.ts'
import { retireOthers } from './retire.ts'
import { stopDeployment } from './stop-and-start.ts'
import type { Tools } from './tools.ts'
import { isSettled } from './transitions.ts'

/** So many revisions of which nothing exists any more stay on record with their evidence; who looks further back has logs. */
const removedKept = 20

/**
 * Brings one deployment to what its record asks for: a removal or a stop that was cut short is completed, a revision that has not
 * settled is gone on with from what is seen, what nobody needs any more is removed. Every part may be done twice.
 */
export async function recoverDeployment(id: string, tools: Tools, signal: AbortSignal): Promise<void> {
  const { store } = tools
  const deployment = await store.deployment(id)
  if (deployment === null) return
  const newest = await store.newest(id)
  if (isBeingRemoved(deployment)) {
    if (!isForgotten(deployment, newest)) await completeRemoval(deployment, { volumes: deployment.wanted === 'removed_with_volumes' }, tools)
    return
  }
  if (deployment.wanted === 'stopped' && !isOpen(deployment)) await stopDeployment(deployment, tools)
  if (newest !== null && !isSettled(newest.state)) await goOn(newest, tools, signal)
  await tidyUp(id, tools)
}

/** Where giving up was cut short, that is gone on with: what it did would look like another failure. */
async function goOn(revision: Revision, tools: Tools, signal: AbortSignal): Promise<void> {
  using _ = await tools.places.take(signal)
  const evidence = await tools.store.evidence(revision)
  const settled = evidence?.trouble ? await giveUp(revision, null, tools, signal) : await deploy(revision, tools, signal)
  await tools.extensions.release(settled.source)
}

/** After a revision has settled: the routes say so, and nothing of those stays that nobody needs. */
async function tidyUp(id: string, tools: Tools): Promise<void> {
  const deployment = await tools.store.deployment(id)
  if (deployment === null) return
  // It was stopped before this revision was deployed.
  if (deployment.wanted === 'stopped' && isOpen(deployment)) await tools.store.change(id, { wanted: 'running' })
  await tools.routes.refresh(id)
  // A container may have started again just before a route led to it.
  await followAddresses(id, tools)
  await removeLeftovers(deployment, tools)
  await tools.store.prune(id, removedKept)
}

/** Beside the live revision nothing stays; where there is none, the newest one stays for inspection, disarmed. */
async function removeLeftovers({ id, live }: Deployment, tools: Tools): Promise<void> {
  const alive = live === null ? null : await tools.store.revision({ deployment: id, revision: live })
  const keep = alive ?? (await tools.store.newest(id))
  if (keep === null) return
  await retireOthers(keep, tools)
  if (keep.state === 'FAILED' && !keep.removed) await disarm(keep, tools)
}

/** The live revision receives the traffic: a stop closes the routes before anything else. */
function isOpen({ live, open }: Deployment): boolean {
  return live !== null && live === open
}

export function isBeingRemoved({ wanted }: Deployment): boolean {
  return wanted === 'removed' || wanted === 'removed_with_volumes'
}

/** Removed, and only its name is kept for its volumes' sake. */
export function isForgotten({ wanted }: Deployment, newest: Revision | null): boolean {
  return wanted === 'removed' && newest === null
}
