import type { StoredAttempt } from './ports.ts'
import { type Evidence, markOf, type ProbeAttempt, type Revision } from './record.ts'
import type { Trouble } from './verdict.ts'

/**
 * A proxy inside an app says 502, 503 and 504 in the very words of ours (Traefik 3.7.15), so that they were taken for ours. Where the
 * container answers the same when it is asked past our proxy, they are the app's.
 */
export function asAnswered(trouble: Trouble, evidence: Evidence, { plan, source, ...ref }: Revision, attempts: StoredAttempt[]): Trouble {
  const route = plan?.route
  if (route == null || (trouble.reason !== 'proxy_unreachable' && trouble.reason !== 'app_refused')) return trouble
  const { path } = source.settings.probe
  const own = evidence.asked?.find(({ url, status }) => isGateways(status) && isAt(new URL(url), route.port, path))
  const lasts = attempts.flatMap(({ of, kept }) => (of.is === 'probe' ? [kept.at(-1) as ProbeAttempt | undefined] : []))
  const same = lasts.some((last) => last !== undefined && last.mark === markOf(ref) && last.status === own?.status)
  if (own === undefined || !same) return trouble
  return { reason: 'app_error', service: route.service, detail: `HTTP ${own.status} on ${path}` }
}

const isGateways = (status: number | null) => status !== null && status >= 502 && status <= 504

function isAt(url: URL, port: number, path: string): boolean {
  return Number(url.port || 80) === port && url.pathname === new URL(path, url).pathname
}
