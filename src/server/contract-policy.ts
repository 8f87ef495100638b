import { type Static, Type } from 'typebox'
import type { Decision, Profile } from '../deploy/consent.ts'
import { named, oneOf, orNull, refTo } from './schema.ts'

const found = {
  rule: Type.String(),
  service: orNull(Type.String()),
  found: Type.String(),
  reason: Type.String(),
  safer: Type.String(),
}
const decision = oneOf<Decision>('allow', 'warn', 'rewrite', 'ask', 'deny', 'invalid')
const model = Type.String({ description: 'sha256 of the resolved model: a consent is bound to it' })

export const Found = named('Found', found)

/** What an operator may say yes to: sent back as `consent`. */
export const Asks = named('Asks', { model, asked: Type.Array(refTo(Found)) })

export const PolicyReport = named('PolicyReport', {
  name: Type.String(),
  profile: oneOf<Profile>('strict', 'developer'),
  file: orNull(Type.String({ description: 'the operator’s file over the profile' })),
  model,
  refused: Type.Boolean(),
  unseen: Type.Array(Type.String(), { description: 'services whose image is not here, so that nobody has looked into it' }),
  findings: Type.Array(Type.Object({ ...found, decision, strict: decision, developer: decision })),
})

export type PolicyReport = Static<typeof PolicyReport>
export type Asks = Static<typeof Asks>
