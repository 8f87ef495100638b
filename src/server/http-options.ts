import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import { type FastifyHttpOptions, LogController } from 'fastify'
import { answerClientError } from './client-error.ts'
import type { Limits } from './limits.ts'

/** How Fastify and Node are to read requests. */
export function httpOptions(limits: Limits): FastifyHttpOptions<Server> {
  return {
    http: {
      maxHeaderSize: limits.headers,
      headersTimeout: limits.headersWithin,
      connectionsCheckingInterval: limits.check,
      // Node would answer by itself, with an empty 400: a missing Host is refused like any that is not ours.
      requireHostHeader: false,
    },
    bodyLimit: limits.body,
    requestTimeout: limits.uploadWithin,
    connectionTimeout: limits.stalled,
    keepAliveTimeout: limits.keepAlive,
    // A name that is too long is not found, like any that is not there. The whole address is bounded by `headers`.
    routerOptions: { maxParamLength: limits.headers },
    exposeHeadRoutes: false,
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    genReqId: () => randomUUID().slice(0, 8),
    logController: new LogController({ disableRequestLogging: true }),
    // `verbose` tells what a value must be. Nothing is turned into something else, nothing is left out.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, verbose: true } },
  }
}
