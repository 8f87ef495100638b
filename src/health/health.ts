// The door of `torii/health`: what is exported here is what apps may use. No dependencies, nothing of Node's own, Node 18 or later.
import { realClock } from './clock.ts'
import { createEndpoint, type HealthEndpoint } from './endpoint.ts'
import type { Check, HealthOptions } from './settings.ts'

export { CheckFailure } from './check-failure.ts'
export type { HealthEndpoint } from './endpoint.ts'
export { errorCode } from './error-code.ts'
export { errorMessage } from './error-message.ts'
export type { FastifyLike, FastifyPlugin } from './fastify-plugin.ts'
export type { NodeHandler, NodeRequest, NodeResponse } from './node-handler.ts'
export type { HealthReport } from './report.ts'
export type { Check, CheckFunction, CheckSettings, Failure, HealthOptions } from './settings.ts'
export type { HonoHandler, WebHandler } from './web-handler.ts'

/**
 * The Health Checks Guide's `/health`: runs named checks and answers `{ status, checks }`, 200 when healthy, 503 when a critical check
 * fails.
 *
 * ```ts
 * const endpoint = health({
 *   database: () => pool.query('SELECT 1'),
 *   dependency: { check: (signal) => fetch('http://dependency/health', { signal }), critical: false },
 * })
 * app.get('/health', endpoint.handler)
 * ```
 *
 * Probes share one run of the checks, and its result for a second. Throws TypeError, at once, for checks and options that make no sense.
 */
export function health(checks: Readonly<Record<string, Check>> = {}, options: HealthOptions = {}): HealthEndpoint {
  return createEndpoint(checks, options, realClock)
}
