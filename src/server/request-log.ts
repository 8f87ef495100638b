import type { App } from './parts.ts'

/** A line for each request when it is answered: the route's pattern and never what stands in it, in the query, a header or a body. */
export function addRequestLog(app: App): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const facts = { method, route: routeOptions.url ?? null, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }
    if (method === 'GET') request.log.debug(facts, 'answered')
    else request.log.info(facts, 'answered')
  })
}
