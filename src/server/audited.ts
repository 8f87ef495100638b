import type { FastifyRequest } from 'fastify'
import type { Controller } from '../deploy/view.ts'
import type { AuditTrail } from './audit-trail.ts'
import type { About } from './demands.ts'
import type { App } from './parts.ts'

/**
 * Whatever changes something is written down before its answer is sent, accepted or refused, and so is every token that is no good:
 * a route is audited by what it demands (`demands.ts`). To be called before any route is added.
 */
export function addAudit(app: App, { trail, controller }: { trail: AuditTrail; controller: Pick<Controller, 'named'> }): void {
  app.decorateRequest('caller', null)
  // A getter would be shared: the object is made anew for each request, before anything else.
  app.decorateRequest('about')
  app.addHook('onRequest', async (request) => {
    request.about = aboutOf(request)
  })
  app.addHook('preHandler', async (request) => {
    const { about } = request
    // Before it is done: of what has been removed nobody knows the name any more.
    if (isAudited(request) && about.deployment !== null) about.deployment = (await controller.named(about.deployment)) ?? about.deployment
  })
  app.addHook('onSend', async (request, _, payload) => {
    const { caller, about, ip } = request
    if (isAudited(request)) {
      const action = actionOf(request)
      await trail.write({ caller, address: ip, action: action ?? 'authenticate', ...about, detail: action === null ? lookOf(request) : about.detail })
    }
    return payload
  })
}

/** Beside what changes something: a token that is no good, or that does not go so far. */
function isAudited(request: FastifyRequest): boolean {
  const { about, headers } = request
  if (actionOf(request) !== null) return true
  return headers.authorization !== undefined && about.reason !== null && ofTokens.has(about.reason)
}

function actionOf({ routeOptions }: FastifyRequest): string | null {
  return routeOptions.config?.demands?.action ?? null
}

/** What a look that was refused asked for: the pattern of its address and, where there is none, nothing that a stranger wrote. */
function lookOf({ method, routeOptions: { url } }: FastifyRequest): string | null {
  return url === undefined ? null : `${method} ${url}`
}

const ofTokens = new Set(['unauthorized', 'token_expired', 'token_revoked', 'too_many_attempts', 'scope_missing'])

/** What is known of a request before it is looked at. */
export function aboutOf({ params }: FastifyRequest): About {
  const { name } = Object(params) as { name?: unknown }
  return { deployment: typeof name === 'string' ? name : null, detail: null, reason: null }
}
