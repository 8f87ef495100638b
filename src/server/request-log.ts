import type { App } from './parts.ts'

/** A line for each request when it is answered: the route's pattern and never what stands in it, in the query, a header or a body. */
export function addRequestLog(app: App): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const facts = { method, route: routeOptions.url ?? null, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }
    // Of strangers the guard has its own lines, which are bounded: whoever can reach us could fill the disk with these.
    if (method === 'GET' || request.caller === null) request.log.debug(facts, 'answered')
    else request.log.info(facts, 'answered')
  })
}
