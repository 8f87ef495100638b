import { DeployError } from './failure.ts'
import { replacedBy } from './in-place.ts'
import { publishEarly } from './publish-candidate.ts'
import { type Revision, refOf } from './record.ts'
import { clearAway } from './retire.ts'
import type { Tools } from './tools.ts'
import { Watch } from './watch.ts'

/**
 * Compose creates exactly the stored rewritten model; the containers then start by themselves under the watch, each when nothing holds
 * it back. What an earlier failure left is removed first; a revision that this one takes the place of is stopped, not removed.
 */
export async function startContainers(revision: Revision, tools: Tools, signal: AbortSignal): Promise<Watch> {
  const { engine, store, routes } = tools
  const { model, plan, project, deployment } = revision
  if (model === null || plan === null) throw new DeployError('internal', 'a revision without its model was started')
  await clearAway(revision, tools)
  const volumes = plan.volumes.map(({ engineName }) => engineName)
  if (volumes.length > 0) await engine.volumes(volumes, deployment)
  await Promise.all([engine.create(refOf(revision), project, model, signal), publishEarly(revision, tools)])
  const replaced = await replacedBy(revision, tools)
  if (replaced !== null) {
    await store.change(deployment, { open: null })
    await routes.refresh(deployment)
    await engine.stop(refOf(replaced.live), { graceMs: tools.stopGrace, disarm: true })
  }
  return Watch.begin(revision, plan, tools, signal)
}
