import { oneLine } from '../text/one-line.ts'
import { scrubberFor } from './fit-to-keep.ts'
import { isGood, type Reported, readHealthBody } from './health-body.ts'
import type { Plan, PlannedService } from './plan.ts'
import type { Knock, Ports } from './ports.ts'
import { type Deployment, type Revision, refOf } from './record.ts'
import type { AppHealth } from './view.ts'

/** Somebody waits for `torii status`: an app that is slower than this is asked in vain. */
const within = 2_000
const usualPath = '/health'

/** What the routed app of the live revision says of itself now. Never part of the gate. null: nothing runs that could be asked. */
export async function appHealth(
  { id, live, wanted }: Deployment,
  { store, engine }: Pick<Ports, 'store' | 'engine'>,
  signal: AbortSignal,
): Promise<AppHealth | null> {
  if (live === null || wanted !== 'running') return null
  const revision = await store.revision({ deployment: id, revision: live })
  const { route } = revision?.plan ?? {}
  if (!revision?.plan || !route) return null
  const planned = revision.plan.services.find(({ name }) => name === route.service)
  const address = route.address ?? (await addressOf(revision, route.service, engine))
  if (address === null) return null
  const { port, path } = endpointOf(planned, route)
  return judged(await engine.knock({ address, port, path, timeoutMs: within }, signal), { revision, service: route.service, path })
}

async function addressOf(revision: Revision, service: string, engine: Ports['engine']): Promise<string | null> {
  const containers = await engine.containers(refOf(revision))
  return containers.find((each) => each.service === service && each.state === 'running')?.addresses[0] ?? null
}

/** Where its own check asks, where that can be told; else the guide's `/health` on the routed port. */
export function endpointOf(
  planned: Pick<PlannedService, 'check' | 'outside'> | undefined,
  { port }: NonNullable<Plan['route']>,
): { port: number; path: string } {
  if (planned?.outside?.path) return { port: planned.outside.port, path: planned.outside.path }
  const url = /\bhttp:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?(\/[^\s'"`|;&()<>\\]*)?/.exec((planned?.check?.test ?? []).join(' '))
  if (url === null) return { port, path: usualPath }
  const [, own = '80', path = '/'] = url
  const isPlain = /^\/[\x21-\x7e]*$/.test(path) && !path.includes('//') && !path.includes('..') && !path.includes('$') && path.length < 500
  const isPort = Number(own) >= 1 && Number(own) <= 65535
  return isPlain && isPort ? { port: Number(own), path: path === '/' ? usualPath : path } : { port, path: usualPath }
}

function judged({ exit, status, body, output }: Knock, { revision, service, path }: { revision: Revision; service: string; path: string }): AppHealth {
  const { text: hidden } = scrubberFor(revision)
  const told = { service, revision: revision.revision, path: hidden(path), httpStatus: status }
  const reported = readHealthBody(hidden(body))
  if (status === null) return { ...told, health: 'unknown', detail: oneLine(hidden(output), 200), status: null, checks: [] }
  const { status: word, checks = [], more = 0 } = reported ?? {}
  const rest = more > 0 ? `; ${more} more checks are not shown` : ''
  const detail = reported === null ? `HTTP ${status}, without a report of the guide’s shape` : `HTTP ${status}${rest}`
  return { ...told, health: healthOf(exit, status, reported), detail, status: word ?? null, checks }
}

/** A report that is not all well makes it degraded (reading 6); only the answer itself makes it fail. Without a report nothing is known. */
function healthOf(exit: number, status: number, reported: Reported | null): AppHealth['health'] {
  if (reported === null) return 'unknown'
  if (exit !== 0 || status >= 400) return 'failing'
  return isGood(reported.status) && reported.checks.every(({ good }) => good) ? 'passing' : 'degraded'
}
