import type { Revision, RevisionRef } from '../deploy/record.ts'
import { revisionOf } from './revision-row.ts'
import type { Read, Write } from './session.ts'

export function revision({ deployment, revision }: RevisionRef): Read<Revision | null> {
  return async (db, vault) => {
    const query = db.selectFrom('revisions').selectAll().where('deployment', '=', deployment).where('revision', '=', revision)
    const row = await query.executeTakeFirst()
    return row ? revisionOf(row, vault) : null
  }
}

export function revisions(deployment: string, only?: { removed: boolean }): Read<Revision[]> {
  return async (db, vault) => {
    let query = db.selectFrom('revisions').selectAll().where('deployment', '=', deployment).orderBy('revision')
    if (only !== undefined) query = query.where('removed', '=', Number(only.removed))
    return (await query.execute()).map((row) => revisionOf(row, vault))
  }
}

export function newest(deployment: string): Read<Revision | null> {
  return async (db, vault) => {
    const query = db.selectFrom('revisions').selectAll().where('deployment', '=', deployment).orderBy('revision', 'desc').limit(1)
    const row = await query.executeTakeFirst()
    return row ? revisionOf(row, vault) : null
  }
}

export function prune(deployment: string, keep: number): Write<void> {
  return async ({ db }) => {
    const removed = db.selectFrom('revisions').select('revision').where('deployment', '=', deployment).where('removed', '=', 1)
    const kept = removed.orderBy('revision', 'desc').limit(Math.max(1, keep))
    await db.deleteFrom('revisions').where('deployment', '=', deployment).where('removed', '=', 1).where('revision', 'not in', kept).execute()
  }
}
