import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify } from 'fastify'
import { createErrorHandler } from './answer-problem.ts'
import { addAuditTrail } from './audit-route.ts'
import { createAuditTrail } from './audit-trail.ts'
import { addAudit } from './audited.ts'
import { bodyInTime } from './body-in-time.ts'
import { nobody } from './caller.ts'
import { addDemands } from './demands.ts'
import { addDeployments } from './deployments.ts'
import { addDocument } from './document.ts'
import { endsInTime } from './ends-in-time.ts'
import { addEntrance, createEntrance, refusedAtOnce } from './entrance.ts'
import { addEvents } from './events.ts'
import { addForecast } from './forecast.ts'
import { addHealth } from './health.ts'
import { httpOptions } from './http-options.ts'
import { createToJson } from './json.ts'
import { createLimiter } from './limiter.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { addLogs } from './logs.ts'
import { addPages } from './pages.ts'
import type { App, Parts, Tools } from './parts.ts'
import { addPolicy } from './policy.ts'
import { addRegistries } from './registries.ts'
import { addRequestLog } from './request-log.ts'
import { addRevisions } from './revisions.ts'
import { asSeenBy } from './sight.ts'
import { addSuggest } from './suggest.ts'
import { addSystem } from './system.ts'
import { createTokenBook, type TokenBook } from './token-book.ts'
import { addTokens } from './tokens.ts'
import { addUploads } from './uploads.ts'

/** The HTTP API and the proxy's pages as a value: `listen` gives it a socket, tests ask it without one. Closing it ends its streams at once. */
export function createApp(parts: Parts): App {
  const limits = { ...defaultLimits, ...parts.limits }
  const answerError = createErrorHandler(parts.clock)
  const book = createTokenBook({ ...parts, local: parts.token, store: parts.access })
  const enter = createEntrance({ ...parts, book })
  const app: App = fastify({
    ...httpOptions(limits),
    loggerInstance: parts.log,
    frameworkErrors: refusedAtOnce(enter, answerError),
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.maxConnections = limits.connections
  app.removeContentTypeParser('text/plain')
  takeEmptyJson(app)
  app.setErrorHandler(answerError)
  // Answers are typed, and tested against their schemas. Fastify's own serialiser would drop a field that the schema does not know.
  const toJson = createToJson(parts.secrets)
  app.setSerializerCompiler(() => toJson)
  app.setReplySerializer(toJson)
  const closing = endsInTime(app, parts.clock, limits.closeGrace)
  app.addHook('onReady', () => book.load())
  app.addHook('onClose', () => book.flush())
  addRequestLog(app)
  addDemands(app)
  addAudit(app, { trail: createAuditTrail({ ...parts, store: parts.access }), controller: parts.controller })
  addEntrance(app, enter, closing)
  bodyInTime(app, parts.clock, limits.requestWithin)
  addResources(app, { ...toolsOf(parts, book, limits, closing), toJson })
  return app
}

/** Many clients name the type of a body they do not send. Where one is needed its schema says so. */
function takeEmptyJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => (body === '' ? done(null) : parse(request, String(body), done)))
}

function toolsOf({ controller, ...parts }: Parts, book: TokenBook, limits: Limits, closing: AbortSignal): Omit<Tools, 'toJson'> {
  const submits = createLimiter(limits.submits, 'too_many_submits', limits.submitsEach)
  const streams = createLimiter(limits.streams, 'too_many_streams', limits.streamsEach)
  const uploading = createLimiter(limits.uploads, 'too_many_uploads', limits.uploadsEach)
  return { ...parts, as: ({ caller }) => asSeenBy(caller ?? nobody, controller), book, limits, submits, streams, uploading, closing }
}

function addResources(app: App, tools: Tools): void {
  addDocument(app, tools.identity)
  app.register(async (root: App) => {
    addHealth(root, tools)
    addPages(root)
  })
  app.register(
    async (api: App) => {
      const looks = [addDeployments, addForecast, addPolicy, addRevisions, addEvents, addLogs, addSuggest]
      for (const add of [...looks, addUploads, addRegistries, addSystem, addTokens, addAuditTrail]) add(api, tools)
    },
    { prefix: '/api/v1' },
  )
}
