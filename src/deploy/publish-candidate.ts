import { randomBytes } from 'node:crypto'
import { DeployError } from './failure.ts'
import type { Plan } from './plan.ts'
import type { Container } from './ports.ts'
import { type Revision, refOf } from './record.ts'
import { publishedRoutes } from './routes.ts'
import type { Tools } from './tools.ts'
import type { Watch } from './watch.ts'

/**
 * Routes to this revision that only we can take: the public rules and a secret header (design §3.3). Nothing to route to: nothing to
 * do. Rejects with DeployError.
 */
export async function publishCandidate(
  revision: Revision,
  watch: Watch,
  { store, routes, proxy }: Pick<Tools, 'store' | 'routes' | 'proxy'>,
): Promise<Revision> {
  const route = revision.plan?.route ?? null
  if (route === null) return revision
  const ref = refOf(revision)
  const backends = addressesOf(
    route,
    watch.turns.flatMap((turn) => watch.seen(turn).container ?? []),
  )
  const routed = await store.keep(ref, { backends, candidate: randomBytes(32).toString('hex') })
  await routes.refresh(revision.deployment)
  await store.tell(ref, { type: 'route', step: 'candidate', urls: publishedRoutes(routed, proxy).map(({ url }) => url) })
  return routed
}

/** The fixed address stays the same over every restart; without one (replicas) the addresses that the containers have now. */
export function addressesOf({ service, port, address }: NonNullable<Plan['route']>, containers: Container[]): string[] {
  const found = address === null ? containers.filter((each) => each.service === service).flatMap(({ addresses }) => addresses.slice(0, 1)) : [address]
  if (found.length === 0) throw new DeployError('no_route', `${service} has no address on a network that the proxy can reach`, { service })
  return found.map((each) => `http://${each}:${port}`)
}
