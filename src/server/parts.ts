import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { AccessStore } from '../deploy/access.ts'
import type { Clock, NamedRequest } from '../deploy/ports.ts'
import type { Registries } from '../deploy/registries.ts'
import type { Suggestion } from '../deploy/suggestion.ts'
import type { Uploads } from '../deploy/upload-port.ts'
import type { Verdict } from '../deploy/verdict.ts'
import type { Controller } from '../deploy/view.ts'
import type { Scrubber } from '../text/scrubber.ts'
import type { ToJson } from './json.ts'
import type { Limiter } from './limiter.ts'
import type { Limits } from './limits.ts'
import type { TokenBook } from './token-book.ts'

export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>

/** What the server is made of. */
export interface Parts {
  controller: Controller
  /** Tries health checks. Rejects with DeployError. */
  suggest: (request: NamedRequest, service: string | null, signal: AbortSignal) => Promise<Suggestion[]>
  registries: Registries
  uploads: Uploads
  /** The state folder's: whoever sends it may do everything. */
  token: string
  /** Further tokens, and the audit trail. */
  access: AccessStore
  identity: { version: string; build: string }
  /** Facts of this control plane, as JSON: what `torii up --json` prints. */
  system: () => Promise<Record<string, unknown>>
  /** Anybody may ask it at any time, so it changes nothing. What it waits `on` is told in these words; of a failure only its reason and fix. */
  ready: () => Verdict
  /** Makes sure that the proxy runs as configured, now. Rejects with DeployError. */
  makeReady: () => Promise<void>
  /** pino's. */
  log: FastifyBaseLogger
  clock: Clock
  /** Where it listens, and what callers must name in `Host`. */
  port: number
  /** Further values of `Host` to answer to, with their port: `torii.example.org`, `10.0.0.7:8480`. */
  hosts?: readonly string[]
  limits?: Partial<Limits>
  /** Hides what no answer may tell: Torii's own secrets. */
  secrets: Scrubber
}

/** What the resources work with. */
export interface Tools extends Pick<Parts, 'access' | 'suggest' | 'registries' | 'uploads' | 'identity' | 'system' | 'makeReady' | 'ready' | 'clock'> {
  /** The controller as whoever asks may know it: there is no other way to it. */
  as(request: FastifyRequest): Controller
  book: TokenBook
  limits: Limits
  submits: Limiter
  streams: Limiter
  uploading: Limiter
  /** Aborts when the server begins to close. */
  closing: AbortSignal
  toJson: ToJson
}
