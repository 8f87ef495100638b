import { DeployError } from './failure.ts'
import { publishEarly } from './publish-candidate.ts'
import { type Revision, refOf } from './record.ts'
import { taskGroup } from './task-group.ts'
import type { Tools } from './tools.ts'

/** Compose creates exactly the stored rewritten model, and starts nothing; the proxy learns the candidate route meanwhile. */
export async function createContainers(revision: Revision, tools: Tools, signal: AbortSignal): Promise<void> {
  const { model, plan, project, deployment } = revision
  if (model === null || plan === null) throw new DeployError('internal', 'a revision without its model was created')
  const volumes = plan.volumes.map(({ engineName }) => engineName)
  if (volumes.length > 0) await tools.engine.volumes(volumes, deployment)
  await taskGroup([(called) => tools.engine.create(refOf(revision), project, model, called), () => publishEarly(revision, tools)], signal)
}
