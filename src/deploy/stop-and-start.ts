import { DeployError, isEngineTrouble } from './failure.ts'
import { followAddresses } from './keep-addresses.ts'
import { openRoutes } from './open-routes.ts'
import { type Deployment, type Revision, refOf } from './record.ts'
import { startAgain } from './start-again.ts'
import type { Tools } from './tools.ts'
import { isSettled } from './transitions.ts'

/** The routes answer 503 "stopped", then the containers are stopped (reading 24), but not those of a revision that comes. Idempotent. */
export async function stopDeployment({ id }: Deployment, { store, routes, engine, stopGrace }: Tools): Promise<void> {
  await store.change(id, { wanted: 'stopped', open: null })
  await routes.refresh(id)
  const there = (await store.revisions(id, { removed: false })).filter(({ state }) => isSettled(state))
  await Promise.all(there.map((revision) => engine.stop(refOf(revision), { graceMs: stopGrace, disarm: true })))
}

/**
 * Starts the live revision again and looks at gate and routes again; its state stays (reading 24). Rejects with the DeployError that
 * says what is wrong with it; it runs all the same, unless it was called off or the engine had trouble of its own: then it stays stopped.
 */
export async function startDeployment(deployment: Deployment, tools: Tools, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const live = await liveOf(deployment, tools)
  const runs = async () => {
    await tools.store.change(deployment.id, { wanted: 'running', open: live.revision })
    await tools.routes.refresh(deployment.id)
    await followAddresses(deployment.id, tools)
  }
  try {
    await startAgain(live, tools, signal)
  } catch (error) {
    if (!signal.aborted && !isEngineTrouble(error)) await runs()
    throw error
  }
  await runs()
  await openRoutes((await tools.store.revision(refOf(live))) ?? live, tools, signal)
}

async function liveOf({ id, name, live }: Deployment, { store }: Tools): Promise<Revision> {
  const revision = live === null ? null : await store.revision({ deployment: id, revision: live })
  if (revision === null) throw new DeployError('not_found', `${name} has no revision that was DEPLOYED`, { fix: 'Deploy it again.' })
  return revision
}
