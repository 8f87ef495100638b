import { beginningOf } from './beginning.ts'
import { judgeAnswer, lateAnswer } from './judge-answer.ts'
import type { ProbeAttempt, Revision, RouteKind } from './record.ts'
import { refOf } from './record.ts'
import { redirectNotice } from './redirect-notice.ts'
import { publishedRoutes, secretOf } from './routes.ts'
import { taskGroup } from './task-group.ts'
import type { Tools } from './tools.ts'
import { waitFor } from './wait-for.ts'

/**
 * More looks in the first second; ms. The proxy needs about 15 ms for a new route, and some more with many of them: close together until
 * then, so that what is there is seen, and further apart for apps that need longer. They only make a success earlier; the guide's own,
 * one a second from the start, are made as ever (design §3.3).
 */
export const earlyLooks = [5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 250, 500]
/** One probe request (reading 19). */
const requestTimeout = 5_000
/** Less time than an answer through the proxy needs. */
const leastTime = 50

type Needs = Pick<Tools, 'store' | 'proxy' | 'clock'>

/** How the routes are asked: with the candidate's secret, or as anybody would. */
export type Asking = 'candidate' | 'public'

/**
 * Phase 2 (guide, "HTTP Probe"): HTTPS through the proxy until every published route has answered with less than 400, a look every
 * second, 60 s in all from the beginning: once with the candidate's secret, and again as anybody when the routes are open (readings 17 to 21). Tools and services are not probed (reading 30).
 */
export async function probeRoutes(revision: Revision, asking: Asking, tools: Needs, signal: AbortSignal): Promise<void> {
  const { plan, source } = revision
  if (plan?.route == null || source.settings.probe.type === 'none') return
  const begun = await beginningOf(revision, asking, tools)
  const { candidate, backends } = revision
  // A round robin that answers once says nothing of the other replicas.
  const secrets = asking === 'public' || candidate === null ? [null] : backends.map((address) => secretOf(candidate, address, backends))
  await taskGroup(
    publishedRoutes(revision, tools.proxy).flatMap((route) =>
      secrets.map((candidate) => (signal: AbortSignal) => probeRoute(revision, route, { asking, begun, candidate }, tools, signal)),
    ),
    signal,
  )
}

interface Target {
  kind: RouteKind
  url: string
}

async function probeRoute(
  revision: Revision,
  { kind, url }: Target,
  { asking, begun, candidate }: { asking: Asking; begun: number; candidate: string | null },
  tools: Needs,
  signal: AbortSignal,
): Promise<void> {
  const { settings } = revision.source
  const { path, timeout, interval, expect: below } = settings.probe
  const prefix = kind === 'path' && !settings.stripPathPrefix ? new URL(url).pathname.replace(/\/$/, '') : ''
  const expected = { ref: refOf(revision), service: revision.plan?.route?.service ?? '', path: `${prefix}${path}`, below }
  const address = `${url.replace(/\/$/, '')}${path}`
  // A server that takes over has the time of one request at least: the routes are new to the proxy again.
  const spent = Math.max(0, Math.min(tools.clock.now() - begun, timeout - requestTimeout))
  const end = tools.clock.monotonic() + timeout - spent
  let last = null as ProbeAttempt | null
  const look = async () => {
    const left = end - tools.clock.monotonic()
    // At the deadline itself there is no time left to ask: the last answer stands.
    if (last !== null && left < leastTime) return judgeAnswer(last, expected)
    const timeoutMs = Math.min(requestTimeout, Math.max(leastTime, left))
    last = await tools.proxy.probe({ url: address, candidate, timeoutMs }, signal)
    await record(revision, { kind, url: address }, last, tools)
    return judgeAnswer(last, expected)
  }
  const orElse = () => lateAnswer(last as ProbeAttempt, expected, timeout)
  await waitFor(look, { every: interval, within: timeout, early: settings.fastStart ? earlyLooks : [], spent, orElse }, tools.clock, signal)
  const text = asking === 'candidate' && last !== null ? redirectNotice(address, url, last) : null
  if (text !== null) await tools.store.tell(refOf(revision), { type: 'notice', rule: 'redirect', text })
}

async function record(revision: Revision, { kind, url }: Target, attempt: ProbeAttempt, { store }: Needs): Promise<void> {
  const ref = refOf(revision)
  const { ms, hop, status, detail } = attempt
  await store.attempt(ref, { is: 'probe', route: kind, url }, attempt)
  await store.tell(ref, { type: 'probe', route: kind, url, ms, hop, status, detail })
}
