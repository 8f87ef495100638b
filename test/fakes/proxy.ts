import type { RouterSeen } from '../../src/deploy/evidence-parts.ts'
import type { Clock, Proxy as ProxyPort, Route } from '../../src/deploy/ports.ts'
import { markOf, type ProbeAttempt } from '../../src/deploy/record.ts'
import { markHeader, proxyHeader, routerName } from '../../src/traefik/route-file.ts'
import { type Judged, whoAnswered } from '../../src/traefik/who-answered.ts'

/** What an app does with a request: answers by itself, is not reached (`tls`: as it speaks TLS), or says nothing until the probe gives up. */
export type FakeAnswer = { hop: 'app'; status: number; location?: string } | { hop: 'backend'; status: 502 | 504; tls?: true } | { hop: 'none' }

/** What it does from when on, in ms since a route led to it first. */
export type FakeApp = [number, FakeAnswer][]

export interface FakeProxy extends ProxyPort {
  /** The last snapshot. */
  published(): Route[]
  /** The snapshot that requests meet now. */
  served(): Route[]
  /** All snapshots, oldest first. */
  snapshots: { at: number; routes: Route[] }[]
  probes: { at: number; url: string; candidate: string | null }[]
}

interface Settings {
  clock: Clock
  /** By address, e.g. http://10.213.0.18:8000; nothing listens on others. */
  apps?: Record<string, FakeApp>
  ports?: number[]
  httpsPort?: number
  /** ms from a snapshot in place to requests that meet it. */
  appliesAfter?: number
  /** Whether the proxy is there, from when on, in ms of the clock. */
  presence?: [number, 'up' | 'down'][]
  /** Duration of a probe that is answered; ms. */
  takes?: number
}

/** A small Traefik: keeps snapshots, lets them work a little later, and says who answered as the real one does. */
export function createFakeProxy({
  clock,
  apps = {},
  ports = [61100, 61101, 61102],
  httpsPort = 8443,
  appliesAfter = 10,
  presence = [[0, 'up']],
  takes = 3,
}: Settings): FakeProxy {
  const snapshots: FakeProxy['snapshots'] = []
  const probes: FakeProxy['probes'] = []
  const ledSince = new Map<string, number>()
  const applied = () => snapshots.filter(({ at }) => at + appliesAfter <= clock.monotonic())
  const served = () => applied().at(-1)?.routes ?? []

  const behaviour = (address: string): FakeAnswer => {
    const since = ledSince.get(address) ?? clock.monotonic()
    return current(apps[address] ?? [[0, { hop: 'backend', status: 502 }]], clock.monotonic() - since) ?? { hop: 'backend', status: 502 }
  }

  return {
    httpsPort,
    ports: () => ports,
    url: ({ kind, port, prefix }) => `https://localhost:${kind === 'path' ? httpsPort : port}${prefix}/`,
    snapshots,
    probes,
    served,
    published: () => snapshots.at(-1)?.routes ?? [],
    publish: async (routes) => {
      snapshots.push({ at: clock.monotonic(), routes: structuredClone(routes) })
      for (const address of routes.flatMap(addressesOf)) if (!ledSince.has(address)) ledSince.set(address, clock.monotonic() + appliesAfter)
    },
    direct: async (url, timeoutMs) => {
      const answer = behaviour(new URL(url).origin)
      const quiet = { url, status: null, location: null, body: '', ms: takes }
      if (answer.hop === 'none') return { ...quiet, failed: 'timeout', detail: `no answer within ${timeoutMs / 1000} s` }
      if (answer.hop === 'backend' && answer.tls) return { ...quiet, failed: 'closed', detail: 'connection closed without an answer', tls: true }
      if (answer.hop === 'backend') return { ...quiet, failed: 'refused', detail: 'connection refused' }
      return { url, status: answer.status, failed: null, detail: '', location: answer.location ?? null, body: 'hello', ms: takes }
    },
    view: async (routes) => (current(presence, clock.monotonic()) === 'up' ? routes.map((route) => seenOf(route, served())) : null),
    probe: async ({ url, candidate, timeoutMs }, signal) => {
      const begin = { at: clock.now(), ms: clock.monotonic() }
      probes.push({ at: begin.ms, url, candidate })
      const answer = current(presence, clock.monotonic()) === 'up' ? answerOf(routeFor(served(), url, candidate, httpsPort), behaviour) : refused
      await clock.sleep(answer.hop === 'none' && answer !== refused ? timeoutMs : takes, signal)
      const late = answer.hop === 'none' && answer !== refused ? { failed: 'timeout' as const, detail: `no answer within ${timeoutMs / 1000} s` } : {}
      return { at: new Date(begin.at).toISOString(), ms: clock.monotonic() - begin.ms, phases: phasesOf(answer, takes), ...answer, ...late }
    },
  }
}

type Answered = Judged & { status: number | null; location?: string }

const refused: Answered = { hop: 'none', status: null, mark: null, failed: 'refused', detail: 'connection refused' }

function current<T>(script: [number, T][], at: number): T | undefined {
  return script.findLast(([from]) => from <= at)?.[1]
}

function seenOf(route: Route, served: Route[]): RouterSeen {
  const found = served.find((each) => routerName(each) === routerName(route))
  return { name: routerName(route), status: found ? 'enabled' : 'absent', errors: [], servers: found ? addressesOf(found) : [] }
}

function addressesOf({ to }: Route): string[] {
  return Array.isArray(to) ? to : []
}

/** A candidate's secret matches its own route first; a wrong one is ignored. */
function routeFor(routes: Route[], url: string, candidate: string | null, httpsPort: number): Route | undefined {
  const { port, pathname } = new URL(url)
  const matches = (route: Route) =>
    route.kind === 'port' ? String(route.port) === port : String(httpsPort) === port && (pathname === route.prefix || pathname.startsWith(`${route.prefix}/`))
  const matching = routes.filter(matches)
  return matching.find((route) => route.candidate !== null && route.candidate === candidate) ?? matching.find((route) => route.candidate === null)
}

function answerOf(route: Route | undefined, behaviour: (address: string) => FakeAnswer): Answered {
  if (route === undefined) return judged(404, '404 page not found')
  const mark = { [markHeader.toLowerCase()]: markOf(route.ref) }
  if (!Array.isArray(route.to)) return judged(503, 'a page', { ...mark, [proxyHeader.toLowerCase()]: route.to })
  const [address] = route.to
  if (address === undefined) return judged(503, 'no available server', mark)
  const answer = behaviour(address)
  if (answer.hop === 'none') return { ...refused, failed: 'timeout', detail: '' }
  if (answer.hop === 'backend') return judged(answer.status, answer.status === 502 ? 'Bad Gateway' : 'Gateway Timeout', mark)
  return { ...judged(answer.status, 'hello', { ...mark, server: 'fake' }), ...(answer.location === undefined ? {} : { location: answer.location }) }
}

function judged(status: number, body: string, headers: Record<string, string> = {}): Answered {
  return { status, ...whoAnswered({ status, body, headers, cut: null }) }
}

function phasesOf({ hop, failed }: Answered, takes: number): ProbeAttempt['phases'] {
  if (failed === refused.failed) return { dns: 0, tcp: null, tls: null, firstByte: null }
  return { dns: 0, tcp: 0, tls: Math.min(1, takes), firstByte: hop === 'none' ? null : takes }
}
