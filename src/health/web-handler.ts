import { answerTo } from './answer.ts'
import type { HealthReport } from './report.ts'

/** Takes and gives the web's own Request and Response, as Next.js, Bun, Deno and workers do. */
export type WebHandler = (request: Request) => Promise<Response>

/** What is used of Hono's Context. */
export type HonoHandler = (context: { req: { raw: Request } }) => Promise<Response>

export function webHandler(report: () => Promise<HealthReport>): WebHandler {
  return async (request) => {
    // Next.js answers with what it saw at build time, for ever, unless a handler reads something of the request (14.2; 16.4 with
    // cacheComponents and checks that do not wait). What it throws here at build time is its own sign, and goes back to it.
    void request?.url
    const { status, headers, body } = await answerTo(request?.method, report)
    // HEAD and 405: null, since '' would be a body with a content type of its own.
    return new Response(body === '' ? null : body, { status, headers })
  }
}

export function honoHandler(handle: WebHandler): HonoHandler {
  return ({ req }) => handle(req.raw)
}
