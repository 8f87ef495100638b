import { type Static, Type } from 'typebox'
import { scopes } from '../deploy/access.ts'
import { namePattern } from './name-pattern.ts'
import { named, oneOf, orNull, refTo } from './schema.ts'

/** Names as deployments have them, but for what could be taken for an id and for the state folder's own token. */
const tokenName = Type.String({
  pattern: '^(?!local$)(?![0-9a-f]{12}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
  description: 'a name of small letters, digits and "-", other than "local" and not like an id',
})
const scope = oneOf(...scopes)
const longest = 10 * 365 * 24 * 3600

export const TokenWish = Type.Object(
  {
    name: tokenName,
    scope,
    names: Type.Optional(
      Type.Array(Type.String({ pattern: namePattern, description: 'a pattern such as team-a-*' }), {
        maxItems: 20,
        description: 'a list of at most 20 patterns',
      }),
    ),
    expiresIn: Type.Union([Type.Integer({ minimum: 1, maximum: longest }), Type.Null()], {
      description: 'a number of seconds up to ten years, or null for never',
    }),
  },
  { $id: 'TokenWish', additionalProperties: false, description: 'an object with `name`, `scope` and `expiresIn`' },
)

export const TokenView = named('TokenView', {
  id: Type.String(),
  name: Type.String(),
  scope,
  names: Type.Array(Type.String(), { description: 'patterns of the deployments it may know of; none: all' }),
  state: oneOf('active', 'expired', 'revoked'),
  createdAt: Type.String(),
  createdBy: Type.String(),
  expiresAt: orNull(Type.String()),
  revokedAt: orNull(Type.String()),
  lastUsedAt: orNull(Type.String()),
})

export const NewToken = named('NewToken', { token: Type.String({ description: 'told once, and kept nowhere' }), made: refTo(TokenView) })
export const Tokens = named('Tokens', { tokens: Type.Array(refTo(TokenView)) })

export const AuditEntry = named('AuditEntry', {
  id: Type.Integer(),
  at: Type.String(),
  who: orNull(Type.String({ description: 'the name of a token; `local`: the token of the state folder; null: nobody that is known' })),
  token: orNull(Type.String({ description: 'its id' })),
  address: Type.String(),
  action: Type.String(),
  deployment: orNull(Type.String()),
  detail: orNull(Type.String()),
  result: oneOf('accepted', 'refused'),
  reason: orNull(Type.String()),
  missed: Type.Integer({ description: 'refused attempts before it that were too many to write down' }),
})

export const Audit = named('Audit', { entries: Type.Array(refTo(AuditEntry)) })

export type TokenWish = Static<typeof TokenWish>
export type TokenView = Static<typeof TokenView>
export type NewToken = Static<typeof NewToken>
export type AuditEntry = Static<typeof AuditEntry>
