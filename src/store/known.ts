import type { Kysely } from 'kysely'
import { DeployError } from '../deploy/failure.ts'
import { markOf, type RevisionRef } from '../deploy/record.ts'
import type { Tables } from './tables.ts'

/** Rejects with not_found when there is no such revision, or none any more. */
export async function mustKnow(db: Kysely<Tables>, { deployment, revision }: RevisionRef): Promise<void> {
  const known = await db.selectFrom('revisions').select('revision').where('deployment', '=', deployment).where('revision', '=', revision).executeTakeFirst()
  if (!known) throw noSuch(markOf({ deployment, revision }))
}

export function noSuch(what: string): DeployError {
  return new DeployError('not_found', `the record has no ${what}`)
}
