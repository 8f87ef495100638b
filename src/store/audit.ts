import type { AuditEntry, AuditFilter } from '../deploy/access.ts'
import type { Read, Write } from './session.ts'

export function audit(entry: Omit<AuditEntry, 'id'>): Write<AuditEntry> {
  const row = { ...entry }
  return async ({ db }) => {
    const { id } = await db.insertInto('audit').values(row).returning('id').executeTakeFirstOrThrow()
    return { id, ...row }
  }
}

export function audited({ after, since, deployment, limit }: AuditFilter): Read<AuditEntry[]> {
  return async (db) => {
    let query = db.selectFrom('audit').selectAll().orderBy('id').limit(limit)
    if (after !== undefined) query = query.where('id', '>', after)
    if (since !== undefined) query = query.where('at', '>=', since)
    if (deployment !== undefined) query = query.where('deployment', '=', deployment)
    return (await query.execute()).map((row) => ({ ...row }))
  }
}
