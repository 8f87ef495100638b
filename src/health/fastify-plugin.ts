import { answerTo } from './answer.ts'
import type { HealthReport } from './report.ts'

interface Reply {
  code(status: number): unknown
  headers(headers: Record<string, string>): unknown
  send(body: string): unknown
}

/** What is used of a Fastify instance (4 and 5). */
export interface FastifyLike {
  route(options: { method: ('GET' | 'HEAD')[]; url: string; handler: (request: { method: string }, reply: Reply) => Promise<unknown> }): unknown
}

/** `path`: where to answer, default `/health`. */
export type FastifyPlugin = (app: FastifyLike, options: { path?: string }) => Promise<void>

/** For `app.register`; its `prefix` and `logLevel` work as for any plugin. */
export function fastifyPlugin(report: () => Promise<HealthReport>): FastifyPlugin {
  return async (app, { path = '/health' }) => {
    app.route({
      method: ['GET', 'HEAD'],
      url: path,
      handler: async (request, reply) => {
        const { status, headers, body } = await answerTo(request.method, report)
        reply.code(status)
        reply.headers(headers)
        return reply.send(body)
      },
    })
  }
}
