import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccessStore, AuditEntry, TokenRecord } from '../../src/deploy/access.ts'

type ClosableStore = AccessStore & { close?(): Promise<void> }

export const aToken = (change: Partial<TokenRecord> = {}): TokenRecord => ({
  ...{ id: '0123456789ab', name: 'ci', scope: 'deploy', names: ['team-a-*', 'x'], hash: 'f'.repeat(64) },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', createdBy: 'local', expiresAt: null, revokedAt: null, lastUsedAt: null },
  ...change,
})

export const anEntry = (change: Partial<AuditEntry> = {}): Omit<AuditEntry, 'id'> => ({
  ...{ at: '2026-01-01T00:00:00.000Z', who: 'ci', token: '0123456789ab', address: '127.0.0.1', action: 'deploy' },
  ...{ deployment: 'shop', detail: 'it’s “ünï”', result: 'accepted', reason: null, missed: 0 },
  ...change,
})

/** The same promises of every store of tokens and of the audit trail. */
export function accessContract(name: string, make: () => Promise<ClosableStore>): void {
  describe(`who may do what (${name})`, () => {
    let store: ClosableStore
    beforeEach(async () => {
      store = await make()
    })
    afterEach(() => store.close?.())

    test('a token is given back as it was, the oldest first', async () => {
      const tokens = [aToken({ createdAt: '2026-01-02T00:00:00.000Z' }), aToken({ id: '2', name: 'b', names: [], expiresAt: '2026-02-01T00:00:00.000Z' })]
      for (const token of tokens) expect(await store.addToken(token)).toBe(true)

      expect(await store.tokens()).toEqual(tokens.toReversed())
    })

    test('a name is one token’s until that one is revoked', async () => {
      await store.addToken(aToken())

      expect(await store.addToken(aToken({ id: '2' }))).toBe(false)
      await store.revokeToken('0123456789ab', '2026-01-03T00:00:00.000Z')
      expect(await store.addToken(aToken({ id: '2' }))).toBe(true)
      expect((await store.tokens()).map(({ id, revokedAt }) => [id, revokedAt])).toEqual([
        ['0123456789ab', '2026-01-03T00:00:00.000Z'],
        ['2', null],
      ])
    })

    test('only what is there and was not revoked can be revoked', async () => {
      await store.addToken(aToken())

      const revoked = [await store.revokeToken('nobody', 'x'), await store.revokeToken('0123456789ab', 'y'), await store.revokeToken('0123456789ab', 'z')]

      expect(revoked).toEqual([false, true, false])
      expect((await store.tokens())[0]?.revokedAt).toBe('y')
    })

    test('when it was used last is kept', async () => {
      await store.addToken(aToken())
      await store.tokenUsed('0123456789ab', '2026-01-05T00:00:00.000Z')
      await store.tokenUsed('nobody', '2026-01-05T00:00:00.000Z')

      expect(await store.tokens()).toEqual([aToken({ lastUsedAt: '2026-01-05T00:00:00.000Z' })])
    })

    test('the audit trail grows, and is read a page at a time', async () => {
      const written = []
      for (const deployment of ['shop', 'blog', 'shop', null]) written.push(await store.audit(anEntry({ deployment })))

      expect(written.map(({ id }) => id)).toEqual([1, 2, 3, 4])
      expect(await store.audited({ limit: 9 })).toEqual(written)
      expect(await store.audited({ after: 1, limit: 2 })).toEqual(written.slice(1, 3))
      expect((await store.audited({ deployment: 'shop', limit: 9 })).map(({ id }) => id)).toEqual([1, 3])
    })

    test('the audit trail is read since a moment', async () => {
      await store.audit(anEntry({ who: null, token: null, result: 'refused', reason: 'unauthorized', missed: 7 }))
      const later = await store.audit(anEntry({ at: '2026-01-02T00:00:00.000Z' }))

      expect(await store.audited({ since: '2026-01-01T00:00:00.001Z', limit: 9 })).toEqual([later])
      expect((await store.audited({ limit: 1 }))[0]).toMatchObject({ who: null, result: 'refused', missed: 7 })
    })
  })
}
