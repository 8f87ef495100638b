import type { Updateable } from 'kysely'
import type { Store } from '../deploy/ports.ts'
import { markOf, type Revision, type RevisionRef } from '../deploy/record.ts'
import { refuseHeldPort } from './held-ports.ts'
import { noSuch } from './known.ts'
import { json, revisionOf } from './revision-row.ts'
import { sealRow } from './sealed-row.ts'
import type { Write } from './session.ts'
import type { RevisionRow } from './tables.ts'

type Kept = Parameters<Store['keep']>[1] & { subnets?: string[] }

/** Sets what the patch names and answers the whole revision. Rejects with not_found; a port of another deployment with port_in_use. */
export function keep({ deployment, revision }: RevisionRef, patch: Kept): Write<Revision> {
  const columns = columnsOf(patch)
  return async ({ db, vault }) => {
    await refuseHeldPort(db, { deployment, revision }, columns.port ?? null)
    const row = await db
      .updateTable('revisions')
      // One column is set to itself: the patch may be empty.
      .set((row) => ({ ...sealRow(columns, { deployment, revision }, vault), project: row.ref('project') }))
      .where('deployment', '=', deployment)
      .where('revision', '=', revision)
      .returningAll()
      .executeTakeFirst()
    if (!row) throw noSuch(markOf({ deployment, revision }))
    return revisionOf(row, vault)
  }
}

/** Kysely leaves out what is undefined. */
function columnsOf({ model, plan, port, candidate, backends, begun, removed, subnets }: Kept) {
  return {
    model,
    port,
    candidate,
    plan: json(plan),
    backends: json(backends),
    begun: json(begun),
    subnets: json(subnets),
    removed: removed === undefined ? undefined : Number(removed),
  } satisfies Updateable<RevisionRow>
}
