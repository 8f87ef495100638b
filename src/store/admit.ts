import type { Kysely } from 'kysely'
import type { Consent } from '../deploy/consent.ts'
import { DeployError } from '../deploy/failure.ts'
import { type Deployment, type Revision, type RevisionEvent, type RevisionRef, refOf } from '../deploy/record.ts'
import { keepConsent } from './consents.ts'
import { refuseHeldPort } from './held-ports.ts'
import { rowOf } from './revision-row.ts'
import { sealRow } from './sealed-row.ts'
import type { Write } from './session.ts'
import type { Tables } from './tables.ts'

export function admit(deployment: Deployment, revision: Revision, notices: string[], consent?: Consent): Write<void> {
  const ref = refOf(revision)
  const wanted = { ...deployment }
  const row = rowOf({ ...revision, state: 'UNINITIALIZED', failure: null, settledAt: null })
  const told: RevisionEvent[] = [{ type: 'state', state: 'UNINITIALIZED' }, ...notices.map((text) => ({ type: 'notice' as const, text }))]
  return async (unit) => {
    const { db, vault, tell } = unit
    await refuseNamesake(db, wanted)
    await refuseBusy(db, ref)
    await refuseHeldPort(db, ref, row.port ?? null)
    await makeUnlessThere(db, wanted)
    await db
      .insertInto('revisions')
      .values(sealRow(row, ref, vault))
      .execute()
    if (consent) await keepConsent(unit, ref, consent)
    for (const event of told) await tell(ref, event)
  }
}

async function refuseNamesake(db: Kysely<Tables>, { id, name }: Deployment): Promise<void> {
  const namesake = await db.selectFrom('deployments').select('id').where('name', '=', name).where('id', '!=', id).executeTakeFirst()
  if (namesake) throw new DeployError('busy', `the name ${name} is another deployment’s by now`)
}

async function refuseBusy(db: Kysely<Tables>, { deployment, revision }: RevisionRef): Promise<void> {
  // Only the newest can be unsettled: no other is admitted meanwhile.
  const newest = await db
    .selectFrom('revisions')
    .innerJoin('deployments', 'deployments.id', 'revisions.deployment')
    .select(['revision', 'state', 'settledAt', 'wanted'])
    .where('deployment', '=', deployment)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest ? newest.wanted.startsWith('removed') : revision > 1) throw new DeployError('busy', 'it is being removed')
  if (newest && (newest.settledAt === null || newest.revision >= revision)) throw new DeployError('busy', `revision ${newest.revision} is ${newest.state}`)
}

/** One without a revision is a name that was kept: it begins anew. */
async function makeUnlessThere(db: Kysely<Tables>, deployment: Deployment): Promise<void> {
  const revived = { wanted: 'running', live: null, open: null } as const
  await db
    .insertInto('deployments')
    .values(deployment)
    .onConflict((there) =>
      there
        .column('id')
        .doUpdateSet({ ...deployment, ...revived })
        .where((row) => row.not(row.exists(row.selectFrom('revisions').select('revision').whereRef('deployment', '=', 'deployments.id')))),
    )
    .execute()
}
