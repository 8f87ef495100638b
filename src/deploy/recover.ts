import { deploy } from './deploy.ts'
import type { Deployment, Revision } from './record.ts'
import { completeRemoval } from './remove.ts'
import { retireOthers } from './retire.ts'
import { stopDeployment } from './stop-and-start.ts'
import type { Tools } from './tools.ts'
import { isSettled } from './transitions.ts'

/**
 * What a server that starts does with the record it finds, for one deployment: a removal or a stop that was cut short is completed, a
 * revision that has not settled is gone on with from what is seen, what nobody needs any more is removed. Every part may be done twice.
 */
export async function recoverDeployment(deployment: Deployment, tools: Tools, signal: AbortSignal): Promise<void> {
  const revisions = await tools.store.revisions(deployment.id)
  if (isBeingRemoved(deployment)) {
    if (revisions.length > 0) await completeRemoval(deployment, { volumes: deployment.wanted === 'removed_with_volumes' }, tools)
    return
  }
  if (deployment.wanted === 'stopped') await stopDeployment(deployment, tools)
  const unsettled = revisions.find(({ state }) => !isSettled(state))
  if (unsettled) await goOn(unsettled, tools, signal)
  else await removeLeftovers(deployment, revisions, tools)
}

/** To the end, and then nothing of the others stays. */
export async function goOn(revision: Revision, tools: Tools, signal: AbortSignal): Promise<void> {
  const settled = await deploy((await tools.store.revision(revision)) ?? revision, tools, signal)
  if (settled.state === 'DEPLOYED') await retireOthers(settled, tools)
}

/** Beside the live revision nothing stays; where there is none, the newest one stays for inspection. */
async function removeLeftovers({ live }: Deployment, revisions: Revision[], tools: Tools): Promise<void> {
  const keep = revisions.find(({ revision }) => revision === live) ?? revisions.at(-1)
  if (keep) await retireOthers(keep, tools)
}

export function isBeingRemoved({ wanted }: Deployment): boolean {
  return wanted === 'removed' || wanted === 'removed_with_volumes'
}
