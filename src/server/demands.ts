import type { FastifyContextConfig, RouteOptions } from 'fastify'
import type { Scope } from '../deploy/access.ts'
import type { NamedRequest } from '../deploy/ports.ts'
import type { Caller } from './caller.ts'
import type { App } from './parts.ts'

/** What a route demands of whoever asks it. */
export interface Demands {
  /** `open`: no token, but our host; `any host`: not even that: Traefik asks for the pages with the Host, and maybe the Origin, of its own client. */
  scope: Scope | 'open' | 'any host'
  /** What the audit trail calls it, in words of the command line; null: it changes nothing, whatever its method. */
  action: string | null | undefined
}

/** What the audit trail will say of this request beside who, from where and with which result. */
export interface About {
  /** A deployment's name; of a route with `:name` its name is there already. */
  deployment: string | null
  /** A clause; never a secret. */
  detail: string | null
  /** Set where it is refused. */
  reason: string | null
}

declare module 'fastify' {
  interface FastifyContextConfig {
    demands?: Demands
  }
  interface FastifyRequest {
    /** null on routes that need no token. */
    caller: Caller | null
    about: About
  }
}

/** For a route's options. One that changes something names its action and is in the audit trail by that alone. */
export function demands(scope: Demands['scope'], action?: string | null): { config: FastifyContextConfig } {
  return { config: { demands: { scope, action } } }
}

/**
 * The one place that every route goes through: one that does not say whom it is for, or that may change something and does not say
 * what the audit trail calls it, throws when it is added, and the server does not start. To be called before any route is.
 */
export function addDemands(app: App): void {
  app.addHook('onRoute', refuseWithout)
}

function refuseWithout({ method, url, config }: RouteOptions): void {
  const demanded = config?.demands
  if (demanded === undefined) throw new Error(`${String(method)} ${url} does not say whom it is for: give it demands(…).`)
  const changes = [method].flat().some((each) => each !== 'GET' && each !== 'HEAD')
  if (changes && demanded.action === undefined) throw new Error(`${String(method)} ${url} may change something and does not say what the audit trail calls it.`)
}

/** The request, of which the audit trail says its name as soon as the folder has said which it is. */
export function namesIt<T extends NamedRequest>(about: About, request: T): T {
  return { ...request, mayUse: (name: string) => void Object.assign(about, { deployment: name }) }
}
