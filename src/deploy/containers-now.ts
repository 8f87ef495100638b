import { takeEvidence } from './evidence.ts'
import type { Ports } from './ports.ts'
import type { ContainerEvidence, Deployment, Revision } from './record.ts'
import type { ContainerNow } from './view.ts'

type Needs = Pick<Ports, 'store' | 'engine' | 'clock'>

/**
 * How the containers of the revision that should run are at this moment, looked at because somebody asks; decides nothing and records
 * nothing. Of one that is stopped or has failed there is nothing that should run: none.
 */
export async function containersNow({ id, live, wanted }: Deployment, tools: Needs): Promise<ContainerNow[]> {
  const revision = live === null || wanted !== 'running' ? null : await tools.store.revision({ deployment: id, revision: live })
  if (revision === null) return []
  const { containers } = await takeEvidence(revision, tools)
  return containers.map((container) => shown(container, revision))
}

function shown({ service, replica, state, health, exitCode, restartCount, verdict, detail }: ContainerEvidence, { revision }: Revision): ContainerNow {
  return { revision, service, replica, state, health, exitCode: state === 'running' ? null : exitCode, restartCount, verdict, detail }
}
