import type { TokenRecord } from '../deploy/access.ts'
import type { Read, Write } from './session.ts'

export function tokens(): Read<TokenRecord[]> {
  return async (db) => {
    const rows = await db.selectFrom('tokens').selectAll().orderBy('createdAt').orderBy('id').execute()
    return rows.map((row) => ({ ...row, names: JSON.parse(row.names) }))
  }
}

export function addToken(token: TokenRecord): Write<boolean> {
  const row = { ...token, names: JSON.stringify(token.names) }
  return async ({ db }) => {
    const namesake = await db.selectFrom('tokens').select('id').where('name', '=', row.name).where('revokedAt', 'is', null).executeTakeFirst()
    if (namesake) return false
    await db.insertInto('tokens').values(row).execute()
    return true
  }
}

export function revokeToken(id: string, at: string): Write<boolean> {
  return async ({ db }) => {
    const revoked = await db.updateTable('tokens').set({ revokedAt: at }).where('id', '=', id).where('revokedAt', 'is', null).executeTakeFirst()
    return revoked.numUpdatedRows > 0n
  }
}

export function tokenUsed(id: string, at: string): Write<void> {
  return async ({ db }) => {
    await db.updateTable('tokens').set({ lastUsedAt: at }).where('id', '=', id).execute()
  }
}
