import { Type } from 'typebox'
import type { TokenRecord } from '../deploy/access.ts'
import { counted } from '../deploy/words.ts'
import { NewToken, Tokens, TokenView, TokenWish } from './contract-access.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { Refusal } from './refusal.ts'
import { refTo } from './schema.ts'

const whose = Type.Object({ token: Type.String({ description: 'name or id of a token' }) })

export function addTokens(app: App, { book, clock }: Tools): void {
  const list = describes('tokens', 'All tokens, also those that were revoked; never a token itself.', { 200: refTo(Tokens) })
  app.get('/tokens', { schema: list, ...demands('admin') }, async () => ({ tokens: book.list().map((each) => viewOf(each, clock.now())) }))

  const create = describes('createToken', 'Makes a token; it is told in this answer and nowhere else.', { 201: refTo(NewToken) }, { body: refTo(TokenWish) })
  app.post('/tokens', { schema: create, ...demands('admin', 'token create') }, async ({ body, caller, about }, reply) => {
    about.detail = describedWish(body)
    const names = body.names ?? []
    // Whoever can make tokens can make one that sees everything.
    if (body.scope === 'admin' && names.length > 0)
      throw new Refusal('request_invalid', { sentence: 'A token with the scope admin cannot be limited to names.' })
    const expiresAt = body.expiresIn === null ? null : new Date(clock.now() + body.expiresIn * 1000).toISOString()
    const made = await book.create({ name: body.name, scope: body.scope, names, expiresAt, createdBy: caller?.name ?? '' })
    if (made === null) throw new Refusal('token_exists')
    return reply.code(201).send({ token: made.token, made: viewOf(made.record, clock.now()) })
  })

  const revoke = describes('revokeToken', 'From now on it opens nothing, and what it follows ends.', { 200: refTo(TokenView) }, { params: whose })
  app.delete('/tokens/:token', { schema: revoke, ...demands('admin', 'token revoke') }, async ({ params, about }) => {
    about.detail = `token ${params.token}`
    const revoked = await book.revoke(params.token)
    if (revoked === null) throw new Refusal('no_such_token')
    about.detail = `token ${revoked.name} (${revoked.id})`
    return viewOf(revoked, clock.now())
  })
}

function viewOf({ hash: _hash, ...record }: TokenRecord, nowMs: number): TokenView {
  return { ...record, state: stateOf(record, nowMs) }
}

function stateOf({ revokedAt, expiresAt }: Pick<TokenRecord, 'revokedAt' | 'expiresAt'>, nowMs: number): TokenView['state'] {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs ? 'expired' : 'active'
}

function describedWish({ name, scope, names = [], expiresIn }: TokenWish): string {
  const limits = [
    scope,
    ...(names.length > 0 ? [`names ${names.join(', ')}`] : []),
    expiresIn === null ? 'never expires' : `expires in ${spanWords(expiresIn)}`,
  ]
  return `token ${name}: ${limits.join('; ')}`
}

/** The largest unit that it is a whole number of. */
function spanWords(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ]
  const [size, unit] = units.find(([each]) => seconds % each === 0) ?? [1, 'second']
  return counted(seconds / size, unit)
}
