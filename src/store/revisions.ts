import type { Revision, RevisionRef } from '../deploy/record.ts'
import { revisionOf } from './revision-row.ts'
import type { Read } from './session.ts'

export function revision({ deployment, revision }: RevisionRef): Read<Revision | null> {
  return async (db) => {
    const query = db.selectFrom('revisions').selectAll().where('deployment', '=', deployment).where('revision', '=', revision)
    const row = await query.executeTakeFirst()
    return row ? revisionOf(row) : null
  }
}

export function revisions(deployment: string): Read<Revision[]> {
  return async (db) => {
    const query = db.selectFrom('revisions').selectAll().where('deployment', '=', deployment).orderBy('revision')
    return (await query.execute()).map(revisionOf)
  }
}

export function unsettled(): Read<Revision[]> {
  return async (db) => {
    const query = db.selectFrom('revisions').selectAll().where('settledAt', 'is', null).orderBy('admission')
    return (await query.execute()).map(revisionOf)
  }
}

export function unremoved(): Read<Revision[]> {
  return async (db) => {
    const query = db.selectFrom('revisions').selectAll().where('removed', '=', 0).orderBy('admission')
    return (await query.execute()).map(revisionOf)
  }
}
