import { DeployError } from './failure.ts'
import type { Revision } from './record.ts'
import type { Tools } from './tools.ts'
import { Watch } from './watch.ts'

/** From now on each container starts as soon as nothing holds it back, under the eyes of the watch. */
export async function startContainers(revision: Revision, tools: Tools, signal: AbortSignal): Promise<Watch> {
  if (revision.plan === null) throw new DeployError('internal', 'a revision without its plan was started')
  return Watch.begin(revision, revision.plan, tools, signal)
}
