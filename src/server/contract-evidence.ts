import { type Static, Type } from 'typebox'
import type { ProbeFailure } from '../deploy/record.ts'
import type { Trouble } from '../deploy/verdict.ts'
import { milliseconds, reason, stamp, verdict } from './contract-facts.ts'
import { named, oneOf, orNull } from './schema.ts'

const texts = Type.Array(Type.String())
const percent = orNull(Type.Number())

const facts = Type.Object({
  user: Type.String(),
  entrypoint: texts,
  command: texts,
  platform: orNull(Type.String()),
  memoryLimit: Type.Number(),
  restart: Type.String(),
  settings: Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } }),
  hosts: Type.Optional(Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } })),
  empty: Type.Optional(texts),
  variables: Type.Optional(Type.Array(Type.String())),
  imageUser: Type.Optional(Type.String()),
  workingDir: Type.Optional(Type.String()),
  readOnly: Type.Optional(Type.Boolean()),
})

const check = Type.Object({
  test: texts,
  interval: milliseconds,
  timeout: milliseconds,
  retries: Type.Integer(),
  startPeriod: milliseconds,
  startInterval: milliseconds,
})

const from = oneOf('compose', 'image', 'docker', 'torii')
const checkFrom = Type.Object({ test: from, interval: from, timeout: from, retries: from, startPeriod: from, startInterval: from })

const asked = Type.Object({
  url: Type.String(),
  status: orNull(Type.Integer()),
  failed: orNull(oneOf<ProbeFailure>('refused', 'no_way', 'timeout', 'certificate', 'tls', 'closed', 'no_http', 'broke_off')),
  detail: Type.String(),
  location: orNull(Type.String()),
  body: Type.String(),
  ms: milliseconds,
  tls: Type.Optional(Type.Literal(true)),
})

const router = Type.Object({ name: Type.String(), status: Type.String(), errors: texts, servers: texts })

const host = Type.Object({
  cpus: Type.Integer(),
  load1: Type.Number(),
  memoryTotal: Type.Number(),
  memoryAvailable: orNull(Type.Number()),
  disk: orNull(Type.Object({ path: Type.String(), total: Type.Number(), free: Type.Number() })),
  pressure: Type.Object({ cpu: percent, memory: percent, io: percent }),
})

/** What was seen when a revision settled. */
export const Evidence = named('Evidence', {
  at: stamp,
  trouble: Type.Optional(
    orNull(Type.Unsafe<Trouble>(Type.Object({ reason, service: Type.Optional(Type.String()), detail: Type.String(), fix: Type.Optional(Type.String()) }))),
  ),
  containers: Type.Array(
    Type.Object({
      service: Type.String(),
      replica: Type.Integer(),
      id: Type.String(),
      state: Type.String(),
      exitCode: orNull(Type.Integer()),
      oomKilled: Type.Boolean(),
      restartCount: Type.Integer(),
      health: orNull(Type.String()),
      error: Type.String(),
      logs: Type.String(),
      verdict,
      detail: Type.String(),
      logHead: Type.Optional(Type.String()),
      ran: Type.Optional(orNull(milliseconds)),
      addresses: Type.Optional(texts),
      facts: Type.Optional(orNull(facts)),
      sockets: Type.Optional(orNull(Type.Array(Type.Object({ address: Type.String(), port: Type.Integer() })))),
      processes: Type.Optional(orNull(texts)),
      check: Type.Optional(orNull(check)),
      checkFrom: Type.Optional(orNull(checkFrom)),
    }),
  ),
  missing: Type.Optional(texts),
  asked: Type.Optional(Type.Array(asked)),
  routers: Type.Optional(orNull(Type.Array(router))),
  host: Type.Optional(orNull(host)),
  platform: Type.Optional(orNull(Type.String())),
})

export type Evidence = Static<typeof Evidence>
