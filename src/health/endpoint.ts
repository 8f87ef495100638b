import type { Clock } from './clock.ts'
import { type FastifyPlugin, fastifyPlugin } from './fastify-plugin.ts'
import { type NodeHandler, nodeHandler } from './node-handler.ts'
import { recent } from './recent.ts'
import { drainingReport, type HealthReport } from './report.ts'
import { runner } from './run-checks.ts'
import { type Check, type HealthOptions, readChecks, readOptions } from './settings.ts'
import { type HonoHandler, honoHandler, type WebHandler, webHandler } from './web-handler.ts'

/** A health endpoint. Nothing of it throws or rejects; it needs no `this`, so its parts may be handed on. */
export interface HealthEndpoint {
  /** Node's http, Express, Connect: `app.get('/health', endpoint.handler)`. Answers GET and HEAD on whatever path it is called for. */
  readonly handler: NodeHandler
  /** Fastify 4 and 5: `app.register(endpoint.fastify)`, with `{ path: '/health' }` by default. */
  readonly fastify: FastifyPlugin
  /** Hono: `app.get('/health', endpoint.hono)`. */
  readonly hono: HonoHandler
  /** A Next.js route handler: `export const { GET, HEAD } = health(…)`. Any server of web Requests may use it. */
  readonly GET: WebHandler
  readonly HEAD: WebHandler
  /** The report itself, for a framework of your own. */
  readonly report: () => Promise<HealthReport>
  /** From now on unhealthy (503), without running a check: for SIGTERM, before the server closes. */
  readonly drain: () => void
}

/** `health` with a clock to choose. */
export function createEndpoint(checks: Readonly<Record<string, Check>>, options: HealthOptions, clock: Clock): HealthEndpoint {
  const settings = readOptions(options)
  const checked = recent(runner(readChecks(checks, settings), settings, clock), settings.maxAge, clock)
  let draining = false

  const report = async (): Promise<HealthReport> => {
    const found = draining ? drainingReport : await checked()
    // It may have begun while the checks ran.
    return draining ? drainingReport : found
  }

  const GET = webHandler(report)
  return {
    handler: nodeHandler(report),
    fastify: fastifyPlugin(report),
    hono: honoHandler(GET),
    GET,
    HEAD: GET,
    report,
    drain: () => {
      draining = true
    },
  }
}
