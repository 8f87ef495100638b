import { type Static, Type } from 'typebox'
import { DeployRequest } from './contract.ts'
import { milliseconds } from './contract-facts.ts'
import { named, oneOf, orNull, refTo } from './schema.ts'

export const SuggestRequest = Type.Object(
  { ...DeployRequest.properties, service: Type.Optional(Type.String({ description: 'a service; absent: each' })) },
  { $id: 'SuggestRequest', additionalProperties: false, description: 'an object with the `path` of an extension' },
)

export const Try = named('Try', {
  tool: Type.String(),
  test: Type.Array(Type.String()),
  exit: orNull(Type.Integer({ description: '127: it is not in the image; null: it did not end in time' })),
  ms: milliseconds,
  output: Type.String(),
})

export const Suggestion = named('Suggestion', {
  service: Type.String(),
  image: Type.String(),
  where: orNull(oneOf('running_container', 'throw_away_container')),
  listens: Type.Array(Type.Object({ address: Type.String(), port: Type.Integer() })),
  tries: Type.Array(refTo(Try)),
  works: orNull(refTo(Try)),
  dockerfile: orNull(Type.String()),
  compose: orNull(Type.String()),
  outside: orNull(Type.Object({ xTorii: Type.String(), status: orNull(Type.Integer()), ms: milliseconds })),
  needsNone: Type.Boolean({ description: 'a one-shot, or a worker that listens on nothing' }),
  note: Type.String(),
})

export const Suggestions = named('Suggestions', { suggestions: Type.Array(refTo(Suggestion)) })

export type Suggestion = Static<typeof Suggestion>
