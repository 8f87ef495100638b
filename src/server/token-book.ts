import { timingSafeEqual } from 'node:crypto'
import type { AccessStore, Scope, TokenRecord } from '../deploy/access.ts'
import type { Clock } from '../deploy/ports.ts'
import { type Caller, localCaller } from './caller.ts'
import { digest, idIn, newTokenText } from './token-text.ts'

/** Why a token is no good. */
export type BadToken = 'unknown' | 'expired' | 'revoked'

export interface TokenBook {
  /** Reads the record; before that nobody but the state folder's token is known. */
  load(): Promise<void>
  /** Who sent this token. */
  callerOf(token: string): Caller | BadToken
  list(): TokenRecord[]
  /** The token itself is told here and nowhere else. null: that name is another's. */
  create(wish: {
    name: string
    scope: Scope
    names: string[]
    expiresAt: string | null
    createdBy: string
  }): Promise<{ token: string; record: TokenRecord } | null>
  /**
   * By id, else by name. From now on nothing is answered to it, and what it follows ends. null: there is none. Rejects where the record could
   * not be written: asked again, it is written then.
   */
  revoke(idOrName: string): Promise<TokenRecord | null>
  /** Writes down what is not yet: when each was used last, and that it was revoked. */
  flush(): Promise<void>
}

interface Known {
  record: TokenRecord
  hash: Buffer
  over: AbortController
  /** Wall clock, ms, of the last use that is on record. */
  written: number
  watched: boolean
  /** It is revoked, and the record does not know yet: the next start would open doors to it. */
  unwritten: boolean
}

interface Parts {
  /** The state folder's token. */
  local: string
  store: AccessStore
  clock: Clock
  log: { warn(facts: object, message: string): void }
}

/** ms. */
const writeUseEvery = 60_000
const hour = 3_600_000

/** All tokens in memory: a request costs no look at the record, and being revoked is true at once. */
export function createTokenBook({ local, store, clock, log }: Parts): TokenBook {
  const known = new Map<string, Known>()
  const localHash = digest(local)
  const nobody = digest('')
  const stamp = (ms = clock.now()) => new Date(ms).toISOString()

  const enter = (record: TokenRecord) => {
    const over = new AbortController()
    known.set(record.id, { record, hash: Buffer.from(record.hash, 'hex'), over, written: 0, watched: false, unwritten: false })
  }
  const isExpired = ({ expiresAt }: TokenRecord) => expiresAt !== null && Date.parse(expiresAt) <= clock.now()

  /** A timer may not be longer than 24 days, and a clock may be set: it is looked at again. */
  const endWhenExpired = async (token: Known) => {
    token.watched = true
    while (!token.over.signal.aborted && !isExpired(token.record)) {
      const left = Date.parse(token.record.expiresAt ?? '') - clock.now()
      await clock.sleep(Math.min(left, hour), token.over.signal).catch(() => {})
    }
    token.over.abort()
  }
  const writeUse = async (token: Known) => {
    const { id, lastUsedAt } = token.record
    if (lastUsedAt === null || Date.parse(lastUsedAt) <= token.written) return
    token.written = Date.parse(lastUsedAt)
    await store.tokenUsed(id, lastUsedAt).catch((err: unknown) => log.warn({ err, token: id }, 'the last use of a token could not be written down'))
  }
  const writeRevocation = async (token: Known) => {
    const { id, revokedAt } = token.record
    if (revokedAt !== null) await store.revokeToken(id, revokedAt)
    token.unwritten = false
  }
  const use = (token: Known): Caller => {
    const now = clock.now()
    token.record.lastUsedAt = stamp(now)
    if (now - token.written >= writeUseEvery) void writeUse(token)
    if (token.record.expiresAt !== null && !token.watched) void endWhenExpired(token)
    const { id, name, scope, names } = token.record
    return { name, token: id, scope, names, over: token.over.signal }
  }
  const found = (idOrName: string): Known | undefined =>
    known.get(idOrName) ?? [...known.values()].find(({ record, unwritten }) => record.name === idOrName && (record.revokedAt === null || unwritten))

  return {
    load: async () => {
      for (const record of await store.tokens()) enter(record)
    },
    callerOf: (text) => {
      const given = digest(text)
      const token = known.get(idIn(text) ?? '')
      // Both are always compared: how long it takes says nothing of which tokens there are.
      const isLocal = timingSafeEqual(given, localHash)
      const isRight = timingSafeEqual(given, token?.hash ?? nobody)
      if (isLocal) return localCaller
      if (token === undefined || !isRight) return 'unknown'
      if (token.record.revokedAt !== null) return 'revoked'
      return isExpired(token.record) ? 'expired' : use(token)
    },
    list: () => [...known.values()].map(({ record }) => structuredClone(record)),
    create: async (wish) => {
      const { id, text } = newTokenText()
      const record: TokenRecord = { ...wish, id, hash: digest(text).toString('hex'), createdAt: stamp(), revokedAt: null, lastUsedAt: null }
      if (!(await store.addToken(record))) return null
      enter(record)
      return { token: text, record: structuredClone(record) }
    },
    revoke: async (idOrName) => {
      const token = found(idOrName)
      if (token === undefined || (token.record.revokedAt !== null && !token.unwritten)) return null
      token.record.revokedAt ??= stamp()
      token.unwritten = true
      token.over.abort()
      await writeRevocation(token)
      return structuredClone(token.record)
    },
    flush: async () => {
      await Promise.all([...known.values()].map(writeUse))
      const revoked = [...known.values()].filter(({ unwritten }) => unwritten)
      const failed = (err: unknown) => log.warn({ err }, 'a token was revoked, and that could not be written down: revoke it again')
      await Promise.all(revoked.map((token) => writeRevocation(token).catch(failed)))
    },
  }
}
