import type { Kysely } from 'kysely'
import { DeployError } from '../deploy/failure.ts'
import type { RevisionRef } from '../deploy/record.ts'
import type { Read } from './session.ts'
import type { Tables } from './tables.ts'

export function heldPorts(): Read<{ port: number; deployment: string }[]> {
  return async (db) => {
    const rows = await db
      .selectFrom('revisions')
      .select(['port', 'deployment'])
      .distinct()
      .where('removed', '=', 0)
      .where('port', 'is not', null)
      .$narrowType<{ port: number }>()
      .orderBy('port')
      .execute()
    return rows.map((row) => ({ ...row }))
  }
}

/** Rejects with port_in_use when a revision of another deployment holds the port, without its name: that may be another owner's. null is no port. */
export async function refuseHeldPort(db: Kysely<Tables>, { deployment }: RevisionRef, port: number | null): Promise<void> {
  if (port === null) return
  const holder = await db
    .selectFrom('revisions')
    .select('deployment')
    .where('removed', '=', 0)
    .where('port', '=', port)
    .where('deployment', '!=', deployment)
    .executeTakeFirst()
  if (holder) throw new DeployError('port_in_use', `${port} belongs to another deployment`)
}
