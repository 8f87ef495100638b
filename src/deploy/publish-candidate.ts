import { randomBytes } from 'node:crypto'
import { DeployError } from './failure.ts'
import type { Plan } from './plan.ts'
import type { Container } from './ports.ts'
import { type Revision, refOf } from './record.ts'
import { publishedRoutes } from './routes.ts'
import type { Tools } from './tools.ts'
import type { Watch } from './watch.ts'

type Needs = Pick<Tools, 'store' | 'routes' | 'proxy'>
type Route = NonNullable<Plan['route']>

/**
 * Routes to this revision that only we can take: the public rules and a secret header (design §3.3). Nothing to route to: nothing to
 * do. Rejects with DeployError.
 */
export async function publishCandidate(revision: Revision, watch: Watch, tools: Needs): Promise<Revision> {
  const { store, proxy } = tools
  const ref = refOf(revision)
  const route = revision.plan?.route ?? null
  if (route === null) return revision
  const written = route.address === null ? null : await store.revision(ref)
  const routed = written?.candidate ? written : await writeCandidate(revision, addressesOf(route, watch.containers()), tools)
  await store.tell(ref, { type: 'route', step: 'candidate', urls: publishedRoutes(routed, proxy).map(({ url }) => url) })
  return routed
}

/** A fixed address is known before anything runs: written then, the proxy has the route when the gate has passed (facts/speed.md). */
export async function publishEarly(revision: Revision, tools: Needs): Promise<void> {
  const route = revision.plan?.route
  if (route?.address) await writeCandidate(revision, addressesOf(route, []), tools)
}

async function writeCandidate(revision: Revision, backends: string[], { store, routes }: Needs): Promise<Revision> {
  const routed = await store.keep(refOf(revision), { backends, candidate: randomBytes(32).toString('hex') })
  await routes.refresh(revision.deployment)
  return routed
}

/** The fixed address stays the same over every restart; without one (replicas) the addresses that the containers have now. Rejects where there is none. */
export function addressesOf(route: Route, containers: Container[]): string[] {
  const found = backendsOf(route, containers)
  const { service } = route
  if (found.length === 0) throw new DeployError('no_route', `${service} has no address on a network that the proxy can reach`, { service })
  return found
}

/** Of those that run: an address that nobody holds is the next one's. */
export function backendsOf({ service, port, address }: Route, containers: Container[]): string[] {
  const running = containers.filter((each) => each.service === service && each.state === 'running')
  const found = address === null ? running.flatMap(({ addresses }) => addresses.slice(0, 1)) : [address]
  return found.map((each) => `http://${each}:${port}`)
}
