import type { Clock } from '../deploy/ports.ts'
import { answerClientError } from './client-error.ts'
import type { App } from './parts.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route itself sees to it that its body comes in time. */
    pacesBody?: boolean
  }
}

/** A body must have come within this, ms. Node has one limit for all requests, and an upload may take long. */
export function bodyInTime(app: App, clock: Clock, within: number): void {
  app.addHook('onRequest', async ({ raw, headers, routeOptions }) => {
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
    if (!hasBody || routeOptions.config.pacesBody) return
    const over = new AbortController()
    for (const event of ['end', 'close']) raw.once(event, () => over.abort())
    void clock.sleep(within, over.signal).then(
      () => answerClientError({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, raw.socket),
      () => {},
    )
  })
}
