import type { Ports } from './ports.ts'
import type { Deployment, Revision } from './record.ts'
import { publishedRoutes } from './routes.ts'
import type { DeploymentView } from './view.ts'

/** A deployment as lists show it: the newest revision, and the addresses of the one that serves. */
export async function deploymentView(deployment: Deployment, { store, proxy }: Pick<Ports, 'store' | 'proxy'>): Promise<DeploymentView> {
  const latest = await store.newest(deployment.id)
  const alive = deployment.live === null ? null : await store.revision({ deployment: deployment.id, revision: deployment.live })
  const serving = alive ?? (latest?.state === 'FAILED' ? null : latest)
  const { id, name, kind, wanted, live, open, createdAt } = deployment
  return {
    id,
    name,
    kind,
    wanted,
    live,
    open,
    createdAt,
    urls: serving ? publishedRoutes(serving, proxy).map(({ url }) => url) : [],
    latest: latest ? latestOf(latest) : null,
  }
}

function latestOf({ revision, state, createdAt, settledAt, failure }: Revision): DeploymentView['latest'] {
  return { revision, state, createdAt, settledAt, failure }
}
