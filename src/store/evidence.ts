import type { Evidence, RevisionRef } from '../deploy/record.ts'
import { refOf } from '../deploy/record.ts'
import { mustKnow } from './known.ts'
import type { Read, Write } from './session.ts'

/** What was frozen before is replaced. */
export function freeze(ref: RevisionRef, evidence: Evidence): Write<void> {
  const row = { ...refOf(ref), evidence: JSON.stringify(evidence) }
  return async ({ db }) => {
    await mustKnow(db, row)
    await db.replaceInto('evidence').values(row).execute()
  }
}

export function evidence({ deployment, revision }: RevisionRef): Read<Evidence | null> {
  return async (db) => {
    const query = db.selectFrom('evidence').select('evidence').where('deployment', '=', deployment).where('revision', '=', revision)
    const row = await query.executeTakeFirst()
    return row ? JSON.parse(row.evidence) : null
  }
}
