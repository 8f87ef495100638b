import { type Static, Type } from 'typebox'
import type { Condition } from '../deploy/plan.ts'
import type { Kind } from '../deploy/record.ts'
import { milliseconds, routeKind } from './contract-facts.ts'
import { named, oneOf, orNull, refTo } from './schema.ts'

/** What `torii plan` is answered. test/unit/server/contract.test.ts keeps it equal to the heart's. */
const names = Type.Array(Type.String())
const pace = Type.Object({ plain: milliseconds, fast: milliseconds })

export const Check = named('Check', {
  test: names,
  interval: milliseconds,
  timeout: milliseconds,
  retries: Type.Number(),
  startPeriod: milliseconds,
  startInterval: milliseconds,
})

export const ForecastImage = named('ForecastImage', {
  image: Type.String(),
  services: names,
  step: oneOf('present', 'pull', 'build'),
  id: orNull(Type.String()),
  digest: orNull(Type.String()),
  size: orNull(Type.Number({ description: 'bytes' })),
})

export const ForecastService = named('ForecastService', {
  service: Type.String(),
  image: Type.String(),
  known: Type.Boolean({ description: 'false: only an image that is not here could tell its check and ports' }),
  replicas: Type.Integer(),
  dependsOn: Type.Array(
    Type.Object({
      service: Type.String(),
      condition: oneOf<Condition>('service_started', 'service_healthy', 'service_completed_successfully'),
      required: Type.Boolean(),
    }),
  ),
  restart: Type.String(),
  oneshot: orNull(Type.Object({ is: oneOf('asked', 'awaited', 'if_it_ends'), why: Type.String() })),
  added: names,
  check: orNull(refTo(Check)),
  timeline: Type.Object({
    start: pace,
    firstProbe: orNull(pace),
    earliestHealthy: orNull(pace),
    earliestUnhealthy: orNull(milliseconds),
    timeout: milliseconds,
    latest: milliseconds,
  }),
})

export const Change = named('Change', {
  service: orNull(Type.String()),
  what: oneOf('service', 'image', 'variable', 'option', 'setting', 'volume', 'network'),
  name: Type.String(),
  change: oneOf('added', 'removed', 'changed'),
  before: Type.Optional(Type.String()),
  after: Type.Optional(Type.String()),
})

export const Forecast = named('Forecast', {
  deployment: Type.Object({ id: orNull(Type.String()), name: Type.String(), kind: oneOf<Kind>('app', 'service', 'tool') }),
  revision: Type.Integer(),
  live: orNull(Type.Integer()),
  update: Type.Object({ how: oneOf('first', 'beside', 'in_place'), volumes: names, ports: names }),
  routes: Type.Array(Type.Object({ route: routeKind, url: Type.String() })),
  routed: orNull(Type.Object({ service: Type.String(), port: Type.Integer() })),
  images: Type.Array(refTo(ForecastImage)),
  services: Type.Array(refTo(ForecastService)),
  volumes: Type.Array(Type.Object({ name: Type.String(), writers: names })),
  longest: Type.Object({ gate: milliseconds, probe: milliseconds }),
  changes: Type.Array(refTo(Change)),
  notices: names,
})

export type Forecast = Static<typeof Forecast>
