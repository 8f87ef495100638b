import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { listed } from '../deploy/words.ts'
import type { ErrorHandler } from './answer-problem.ts'
import { aboutOf } from './audited.ts'
import type { Caller } from './caller.ts'
import { createGuard, refuseScope } from './guard.ts'
import { createMethods } from './methods.ts'
import type { App } from './parts.ts'
import { Refusal } from './refusal.ts'
import { secureHeaders } from './secure-headers.ts'

type Entrance = (request: FastifyRequest, reply: FastifyReply) => void

/** What every request goes through before anything is looked at, also where there is no route. Throws a Refusal. */
export function createEntrance(needs: Parameters<typeof createGuard>[0]): Entrance {
  const guard = createGuard(needs)
  return (request, reply) => {
    reply.headers(secureHeaders)
    const demands = request.routeOptions.config?.demands
    request.caller = guard({ headers: request.headers, address: request.ip, demands })
    if (request.caller === null) return
    refuseScope(request.caller, demands)
    // Whoever gives its own token back is told so.
    if (demands?.action !== 'token revoke') endWith(request.caller, reply)
  }
}

/** Nothing more reaches whoever is revoked or has expired, also of an answer that has begun. */
function endWith({ over }: Caller, { raw }: FastifyReply): void {
  const end = () => void raw.destroy()
  over.addEventListener('abort', end, { once: true })
  raw.once('close', () => over.removeEventListener('abort', end))
}

export function addEntrance(app: App, enter: Entrance, closing: AbortSignal): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.on('timeout', (socket: Socket) => onSilence(socket, reply))
    enter(request, reply)
    if (closing.aborted) throw new Refusal('stopping')
  })
  const methodsOf = createMethods(app)
  app.setNotFoundHandler(async ({ url, method }) => {
    const allow = methodsOf(url.split('?', 1)[0] ?? '')
    if (allow.length === 0) throw new Refusal('no_such_address')
    throw new Refusal('method_not_allowed', { sentence: `This address takes ${listed(allow)}, not ${method}.`, headers: { allow: allow.join(', ') } })
  })
}

/** An address that cannot be decoded reaches no hook (Fastify 5.12.8), so it goes through the entrance here. */
export function refusedAtOnce(enter: Entrance, answerError: ErrorHandler): (error: Error, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    request.about = aboutOf(request)
    try {
      enter(request, reply)
      answerError(error, request, reply)
    } catch (refusal) {
      answerError(refusal as Error, request, reply)
    }
  }
}

/** Work may take minutes without a byte: `start` looks at the gate again. An answer that nobody reads is cut off. */
function onSilence(socket: Socket, { raw }: FastifyReply): void {
  if (raw.headersSent) socket.destroy()
}
