import { type Static, Type } from 'typebox'
import { Failure, hop, milliseconds, routeKind, stamp, state, verdict } from './contract-facts.ts'
import { named, oneOf, orNull, refTo } from './schema.ts'

/** What happened. */
const service = Type.String()
const replica = Type.Integer()
const detail = Type.Optional(Type.String())
const url = Type.String()

export const RevisionEvent = Type.Union(
  [
    Type.Object({ type: Type.Literal('state'), state, failure: Type.Optional(orNull(refTo(Failure))) }),
    Type.Object({ type: Type.Literal('notice'), text: Type.String(), rule: Type.Optional(Type.String()) }),
    Type.Object({
      type: Type.Literal('image'),
      image: Type.String(),
      service,
      step: oneOf('pulling', 'building', 'present', 'pulled', 'built', 'failed'),
      current: Type.Number({ description: 'bytes' }),
      total: Type.Number({ description: 'bytes; 0: not known' }),
      detail,
    }),
    Type.Object({ type: Type.Literal('container'), service, replica, step: oneOf('created', 'starting', 'started', 'exited', 'removed'), detail }),
    Type.Object({ type: Type.Literal('verdict'), service, replica, now: verdict, detail: Type.String(), ms: milliseconds }),
    Type.Object({ type: Type.Literal('attempt'), service, replica, ms: milliseconds, exit: Type.Integer(), output: Type.String() }),
    Type.Object({ type: Type.Literal('route'), step: oneOf('candidate', 'open'), urls: Type.Array(url) }),
    Type.Object({ type: Type.Literal('removed') }),
    Type.Object({ type: Type.Literal('probe'), route: routeKind, url, ms: milliseconds, hop, status: orNull(Type.Integer()), detail: Type.String() }),
  ],
  { $id: 'RevisionEvent' },
)

export const StoredEvent = named('StoredEvent', {
  id: Type.Integer({ description: 'grows over all deployments: the `Last-Event-ID`' }),
  at: stamp,
  deployment: Type.String(),
  revision: Type.Integer(),
  event: refTo(RevisionEvent),
})

export type StoredEvent = Static<typeof StoredEvent>
