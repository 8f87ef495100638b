import { type Failure, RecordTaken } from '../deploy/failure.ts'
import { type Revision, refOf } from '../deploy/record.ts'
import { isSettled, mayMove, type State } from '../deploy/transitions.ts'
import { json, revisionOf } from './revision-row.ts'
import type { Unit, Write } from './session.ts'
import { thinEvents } from './thin-events.ts'

/** Throws at once for an arrow that the table of transitions does not have. */
export function move(revision: Revision, to: State, failure?: Failure): Write<Revision> {
  const { state: from } = revision
  const ref = refOf(revision)
  if (!mayMove(from, to)) throw new Error(`A revision cannot go from ${from} to ${to}.`)
  const why = structuredClone(failure)
  return async (unit) => {
    const moved = await compareAndSet(unit, ref, from, to, why)
    if (to === 'DEPLOYED') await unit.db.updateTable('deployments').set({ live: ref.revision }).where('id', '=', ref.deployment).execute()
    if (isSettled(to)) await thinEvents(unit.db, ref)
    await unit.tell(ref, { type: 'state', state: to, ...(why ? { failure: why } : {}) })
    return moved
  }
}

async function compareAndSet(
  { db, at, vault }: Unit,
  { deployment, revision }: Pick<Revision, 'deployment' | 'revision'>,
  from: State,
  to: State,
  failure?: Failure,
) {
  const row = await db
    .updateTable('revisions')
    .set({ state: to, settledAt: isSettled(to) ? at : null, failure: json(failure ?? null) })
    .where('deployment', '=', deployment)
    .where('revision', '=', revision)
    .where('state', '=', from)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw new RecordTaken()
  return revisionOf(row, vault)
}
