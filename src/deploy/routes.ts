import { createHash } from 'node:crypto'
import { pathPrefix } from './addresses.ts'
import type { Proxy as ProxyPort, Route } from './ports.ts'
import { type Deployment, type Revision, type RouteKind, refOf } from './record.ts'
import { isSettled } from './transitions.ts'

/** The proxy, as far as its addresses go. */
export type Addresses = Pick<ProxyPort, 'url' | 'httpsPort'>

/** The published addresses of a revision, in the order they are printed: `path`, then `port` (readings 3 and 4). */
export function kindsOf({ source, port }: Pick<Revision, 'source' | 'port'>): RouteKind[] {
  const wanted: RouteKind[] = source.settings.routing === 'both' ? ['path', 'port'] : [source.settings.routing]
  return wanted.filter((kind) => kind === 'path' || port !== null)
}

/** One address of a revision, wherever it leads. */
export function addressOf(kind: RouteKind, revision: Revision, { httpsPort }: Addresses): Pick<Route, 'kind' | 'port' | 'prefix'> {
  const isPath = kind === 'path'
  return { kind, port: isPath ? httpsPort : (revision.port ?? 0), prefix: isPath ? pathPrefix(revision.source.kind, revision.deployment) : '' }
}

/** Every address that must answer, with its URL; none where there is nothing to route to. */
export function publishedRoutes(revision: Revision, proxy: Addresses): { kind: RouteKind; url: string }[] {
  if (revision.plan !== null && revision.plan.route === null) return []
  return kindsOf(revision).map((kind) => ({ kind, url: proxy.url(addressOf(kind, revision, proxy)) }))
}

/**
 * All routes of one deployment, made from its record alone. `revisions` are those that still exist.
 * - Public: to the open revision; before the first opening a page that says "starting", stopped one that says "stopped".
 * - What has nothing to route to has none.
 * - Candidate: to the revision that is being probed, for whoever knows its secret.
 */
export function routesOf(deployment: Deployment, revisions: Revision[], proxy: Addresses): Route[] {
  if (deployment.wanted === 'removed' || deployment.wanted === 'removed_with_volumes') return []
  const open = revisions.find(({ revision }) => revision === deployment.open)
  const coming = revisions.findLast(({ state }) => !isSettled(state))
  const stopped = deployment.wanted === 'stopped' ? revisions.find(({ revision }) => revision === deployment.live) : undefined
  return [...publicRoutes({ open, stopped, coming }, proxy), ...candidateRoutes(coming, proxy)]
}

function publicRoutes({ open, stopped, coming }: { [who in 'open' | 'stopped' | 'coming']: Revision | undefined }, proxy: Addresses): Route[] {
  // A new revision of a stopped deployment is opened before it is the live one.
  if (open) return routesTo(open, open.backends, null, proxy)
  if (stopped) return routesTo(stopped, 'stopped', null, proxy)
  return coming ? routesTo(coming, 'starting', null, proxy) : []
}

export function candidateRoutes(coming: Revision | undefined, proxy: Addresses): Route[] {
  if (!coming?.candidate || coming.backends.length === 0) return []
  const { candidate, backends } = coming
  if (backends.length === 1) return routesTo(coming, backends, candidate, proxy)
  return backends.flatMap((address, at) => routesTo(coming, [address], secretOf(candidate, address, backends), proxy).map((route) => ({ ...route, at })))
}

/** Each of several addresses has a candidate route of its own: one of them that answers says nothing of the others. */
export function secretOf(candidate: string, address: string, backends: string[]): string {
  return backends.length === 1 ? candidate : createHash('sha256').update(`${candidate} ${address}`).digest('hex')
}

/** Before the images are there only an app is known to get a route. */
function mayRoute({ plan, source }: Revision): boolean {
  return plan === null ? source.kind === 'app' : plan.route !== null
}

/** The routes of one revision, wherever they lead. */
export function routesTo(revision: Revision, to: Route['to'], candidate: string | null, proxy: Addresses): Route[] {
  if (!mayRoute(revision)) return []
  const stripPrefix = revision.source.settings.stripPathPrefix
  return kindsOf(revision).map((kind) => ({
    ...addressOf(kind, revision, proxy),
    ref: refOf(revision),
    stripPrefix: kind === 'path' && stripPrefix,
    to,
    candidate,
  }))
}
