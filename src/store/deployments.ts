import type { Kysely } from 'kysely'
import type { Store } from '../deploy/ports.ts'
import type { Deployment } from '../deploy/record.ts'
import { noSuch } from './known.ts'
import type { Read, Write } from './session.ts'
import type { Tables } from './tables.ts'

/** An id goes before a name: a name may look like the id of another. */
export function deployment(nameOrId: string): Read<Deployment | null> {
  return async (db) => {
    const all = db.selectFrom('deployments').selectAll()
    const row = (await all.where('id', '=', nameOrId).executeTakeFirst()) ?? (await all.where('name', '=', nameOrId).executeTakeFirst())
    return row ? { ...row } : null
  }
}

export function deployments(): Read<Deployment[]> {
  return async (db) => {
    const rows = await db.selectFrom('deployments').selectAll().orderBy('name').execute()
    return rows.map((row) => ({ ...row }))
  }
}

export function change(id: string, patch: Parameters<Store['change']>[1]): Write<void> {
  const { wanted, open } = patch
  return async ({ db }) => {
    // One column is set to itself: the patch may be empty.
    const update = db.updateTable('deployments').set((row) => ({ wanted, open, kind: row.ref('kind') }))
    const changed = await update.where('id', '=', id).executeTakeFirst()
    if (changed.numUpdatedRows === 0n) throw noSuch(id)
  }
}

/** Where there is no revision any more nothing is told: it was told already. */
export function forget(id: string, { keepName }: { keepName: boolean }): Write<void> {
  return async ({ db, tell }) => {
    const newest = await db.selectFrom('revisions').select('revision').where('deployment', '=', id).orderBy('revision', 'desc').limit(1).executeTakeFirst()
    // Told first: the event takes its id, and is then forgotten with the rest.
    if (newest) await tell({ deployment: id, revision: newest.revision }, { type: 'removed' })
    if (keepName) await keepOnlyName(db, id)
    else await db.deleteFrom('deployments').where('id', '=', id).execute()
  }
}

async function keepOnlyName(db: Kysely<Tables>, id: string): Promise<void> {
  await db.deleteFrom('revisions').where('deployment', '=', id).execute()
  await db.deleteFrom('consents').where('deployment', '=', id).execute()
  await db.updateTable('deployments').set({ wanted: 'removed', live: null, open: null }).where('id', '=', id).execute()
}
