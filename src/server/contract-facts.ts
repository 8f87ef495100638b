import { Type } from 'typebox'
import { failures, type Reason } from '../deploy/failure.ts'
import type { Hop, ProbeFailure, RouteKind } from '../deploy/record.ts'
import { type State, transitions } from '../deploy/transitions.ts'
import { named, oneOf, orNull, refTo } from './schema.ts'

/** What was seen: the facts that revisions and events are made of. test/unit/server/contract.test.ts keeps them equal to the heart's types. */
export const stamp = Type.String({ format: 'date-time', description: 'RFC 3339 UTC with milliseconds' })
export const state = oneOf(...(Object.keys(transitions) as State[]))
export const reason = oneOf(...(Object.keys(failures) as Reason[]))
export const routeKind = oneOf<RouteKind>('port', 'path')
export const hop = oneOf<Hop>('none', 'proxy', 'backend', 'app')
export const verdict = oneOf('passed', 'skipped', 'finished', 'waiting', 'failed')
const probeFailure = oneOf<ProbeFailure>('refused', 'no_way', 'timeout', 'certificate', 'tls', 'closed', 'no_http', 'broke_off')
export const milliseconds = Type.Number({ minimum: 0, description: 'milliseconds' })

export const Cause = named('Cause', {
  id: Type.String({ description: 'of the rule that found it' }),
  sentence: Type.String(),
  fix: Type.String(),
  evidence: Type.Array(Type.String()),
  tellsApart: orNull(Type.String({ description: 'what would tell it from the others' })),
})

export const Failure = named('Failure', {
  reason,
  service: orNull(Type.String()),
  sentence: Type.String(),
  fix: Type.String(),
  at: stamp,
  causes: Type.Optional(Type.Array(refTo(Cause), { description: 'the likeliest first' })),
  passed: Type.Optional(Type.Array(Type.String(), { description: 'what worked' })),
})

export const CheckAttempt = named('CheckAttempt', { at: stamp, ms: milliseconds, exit: Type.Integer(), output: Type.String() })

export const ProbeAttempt = named('ProbeAttempt', {
  at: stamp,
  ms: milliseconds,
  hop,
  status: orNull(Type.Integer({ description: 'HTTP status; null when nothing answered' })),
  failed: orNull(probeFailure),
  detail: Type.String(),
  phases: Type.Object({ dns: orNull(milliseconds), tcp: orNull(milliseconds), tls: orNull(milliseconds), firstByte: orNull(milliseconds) }),
  location: Type.Optional(Type.Unsafe<string | undefined>({ type: 'string' })),
  mark: orNull(Type.String()),
})

export const ContainerView = named('ContainerView', {
  service: Type.String(),
  replica: Type.Integer(),
  verdict,
  detail: Type.String(),
  attemptsTotal: Type.Integer(),
  attempts: Type.Array(refTo(CheckAttempt)),
})

export const ProbeView = named('ProbeView', {
  route: routeKind,
  url: Type.String(),
  verdict: oneOf('passed', 'waiting', 'failed'),
  attemptsTotal: Type.Integer(),
  attempts: Type.Array(refTo(ProbeAttempt)),
})
