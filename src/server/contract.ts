import { type Static, Type } from 'typebox'
import type { Kind } from '../deploy/record.ts'
import { StoredEvent } from './contract-events.ts'
import { ContainerView, Failure, ProbeView, stamp, state, verdict } from './contract-facts.ts'
import { Asks } from './contract-policy.ts'
import { UploadOrigin } from './contract-uploads.ts'
import { named, oneOf, orNull, refTo } from './schema.ts'

/** The shapes of /api/v1. Callers `import type` them; test/unit/server/contract.test.ts keeps them equal to the heart's. */
const kind = oneOf<Kind>('app', 'service', 'tool')
const text = Type.String({ description: 'a text' })
const rule = Type.String({ pattern: '^[A-Za-z_-]{1,60}$', description: 'the name of a rule' })
const rulesList = Type.Array(rule, { maxItems: 100, description: 'a list of rules of the policy' })
const modelHash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'the `model` of what was asked' })

export const DeployRequest = Type.Object(
  {
    path: Type.Optional(Type.String({ pattern: '^/[^\\u0000]*$', maxLength: 4096, description: 'the absolute path of a folder or a Compose file' })),
    upload: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$', description: 'the id of an upload' })),
    file: Type.Optional(Type.String({ pattern: '^(?!\\.\\.?$)[^/\\\\\\u0000]{1,255}$', description: 'the name of a Compose file in the upload' })),
    name: Type.Optional(text),
    env: Type.Optional(Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: text, description: 'an object of texts' })),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, description: 'a port between 1 and 65535' })),
    profiles: Type.Optional(Type.Array(text, { maxItems: 100, description: 'a list of at most 100 names' })),
    allow: Type.Optional(rulesList),
    consent: Type.Optional(
      Type.Object(
        { model: modelHash, rules: rulesList },
        { additionalProperties: false, description: 'an object with the `model` and the `rules` that were asked' },
      ),
    ),
  },
  { $id: 'DeployRequest', additionalProperties: false, description: 'an object with the `path` or the `upload` of an extension' },
)

export const RevisionView = named('RevisionView', {
  deployment: Type.Object({ id: orNull(Type.String()), name: orNull(Type.String()), kind: orNull(kind) }),
  revision: orNull(Type.Integer()),
  state: orNull(state),
  urls: Type.Array(Type.String()),
  failure: orNull(refTo(Failure)),
  timeline: Type.Array(Type.Object({ state, at: stamp })),
  containers: Type.Array(refTo(ContainerView)),
  probe: Type.Array(refTo(ProbeView)),
  notices: Type.Array(Type.String()),
  live: Type.Boolean(),
  upload: orNull(refTo(UploadOrigin)),
})

export const DeploymentView = named('DeploymentView', {
  id: Type.String(),
  name: Type.String(),
  kind,
  wanted: oneOf('running', 'stopped', 'removed', 'removed_with_volumes'),
  live: orNull(Type.Integer()),
  open: orNull(Type.Integer()),
  createdAt: stamp,
  urls: Type.Array(Type.String()),
  latest: orNull(Type.Object({ revision: Type.Integer(), state, createdAt: stamp, settledAt: orNull(stamp), failure: orNull(refTo(Failure)) })),
})

export const AppHealth = named('AppHealth', {
  service: Type.String(),
  revision: Type.Integer(),
  path: Type.String(),
  httpStatus: orNull(Type.Integer()),
  health: oneOf('passing', 'degraded', 'failing', 'unknown'),
  detail: Type.String(),
  status: orNull(Type.String()),
  checks: Type.Array(Type.Object({ name: Type.String(), says: Type.String(), good: Type.Boolean() })),
})

export const ContainerNow = named('ContainerNow', {
  revision: Type.Integer(),
  service: Type.String(),
  replica: Type.Integer(),
  state: Type.String(),
  health: orNull(Type.String()),
  exitCode: orNull(Type.Integer()),
  restartCount: Type.Integer(),
  verdict,
  detail: Type.String(),
})

export const ContainersNow = named('ContainersNow', { containers: Type.Array(refTo(ContainerNow)) })
export const Reported = named('Reported', { health: orNull(refTo(AppHealth)) })

export const Deployments = named('Deployments', { deployments: Type.Array(refTo(DeploymentView)) })
export const Revisions = named('Revisions', { revisions: Type.Array(refTo(RevisionView)) })
export const Events = named('Events', { events: Type.Array(refTo(StoredEvent)) })
export const Removed = named('Removed', { name: Type.String(), volumesKept: Type.Array(Type.String()), volumesRemoved: Type.Array(Type.String()) })
export const Started = named('Started', { deployment: refTo(DeploymentView), failure: orNull(refTo(Failure)) })
export const LogLine = named('LogLine', { service: Type.String(), replica: Type.Integer(), stream: oneOf('stdout', 'stderr'), text: Type.String() })
export const Identity = named('Identity', { version: Type.String(), build: Type.String() })
export const Ready = named('Ready', { ready: Type.Literal(true) })
export const System = Type.Unsafe<Record<string, unknown>>({ $id: 'System', type: 'object', additionalProperties: true })

/** RFC 9457, with our reason, sentence and fix. */
export const Problem = named('Problem', {
  type: Type.Literal('about:blank'),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.Optional(Type.String()),
  reason: Type.String({ description: 'a reason of a Failure, or what is wrong with the request' }),
  service: Type.Optional(Type.String()),
  sentence: Type.String(),
  fix: Type.String(),
  asks: Type.Optional(refTo(Asks)),
})

export type DeployRequest = Static<typeof DeployRequest>
export type RevisionView = Static<typeof RevisionView>
export type DeploymentView = Static<typeof DeploymentView>
export type AppHealth = Static<typeof AppHealth>
export type ContainerNow = Static<typeof ContainerNow>
export type Removed = Static<typeof Removed>
export type Started = Static<typeof Started>
export type LogLine = Static<typeof LogLine>
export type Problem = Static<typeof Problem>
