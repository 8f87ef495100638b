import type { Consent } from '../deploy/consent.ts'
import type { RevisionRef } from '../deploy/record.ts'
import type { Read, Unit } from './session.ts'

export function consents(deployment: string): Read<Consent[]> {
  return async (db) => {
    const rows = await db.selectFrom('consents').select(['model', 'rule']).where('deployment', '=', deployment).orderBy('model').orderBy('rule').execute()
    return [...Map.groupBy(rows, ({ model }) => model)].map(([model, of]) => ({ model, rules: of.map(({ rule }) => rule) }))
  }
}

/** The first yes to a rule stays: later revisions of the same model rest on it. */
export async function keepConsent({ db, at }: Unit, { deployment, revision }: RevisionRef, { model, rules }: Consent): Promise<void> {
  const rows = rules.map((rule) => ({ deployment, model, rule, revision, at }))
  if (rows.length === 0) return
  await db
    .insertInto('consents')
    .values(rows)
    .onConflict((there) => there.doNothing())
    .execute()
}
