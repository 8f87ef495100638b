import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Store } from '../deploy/ports.ts'
import { type RevisionEvent, type RevisionRef, refOf, type StoredEvent } from '../deploy/record.ts'
import { mustKnow } from './known.ts'
import type { Read, Write } from './session.ts'
import type { Tables } from './tables.ts'

export function tell(ref: RevisionRef, event: RevisionEvent): Write<void> {
  const copy = structuredClone(event)
  return async (unit) => {
    await mustKnow(unit.db, ref)
    await unit.tell(ref, copy)
  }
}

export function events({ deployment, revision, after = 0, limit, types, sees }: Parameters<Store['events']>[0]): Read<StoredEvent[]> {
  return async (db) => {
    let query = db.selectFrom('events').selectAll().where('id', '>', after).orderBy('id')
    if (deployment !== undefined) query = query.where('deployment', '=', deployment)
    if (revision !== undefined) query = query.where('revision', '=', revision)
    if (types !== undefined) query = query.where('type', 'in', types)
    if (sees !== undefined) query = query.where('deployment', 'in', await idsOf(db, sees))
    if (limit !== undefined) query = query.limit(limit)
    return (await query.execute()).map(eventOf)
  }
}

/** In the same turn as the events themselves: no deployment comes between. */
async function idsOf(db: Kysely<Tables>, sees: (name: string) => boolean): Promise<string[]> {
  const all = await db.selectFrom('deployments').select(['id', 'name']).execute()
  return all.filter(({ name }) => sees(name)).map(({ id }) => id)
}

/** The event as it will be read: with its id, and nothing shared with whoever told it. */
export async function insertEvent(db: Transaction<Tables>, event: Omit<StoredEvent, 'id'>): Promise<StoredEvent> {
  const row = { ...refOf(event), at: event.at, type: event.event.type, event: JSON.stringify(event.event) }
  const { id } = await db.insertInto('events').values(row).returning('id').executeTakeFirstOrThrow()
  return eventOf({ id, ...row })
}

function eventOf(row: Selectable<Tables['events']>): StoredEvent {
  return { id: row.id, ...refOf(row), at: row.at, event: JSON.parse(row.event) }
}
