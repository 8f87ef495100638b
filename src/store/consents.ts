import type { Consent, Recorded } from '../deploy/consent.ts'
import type { RevisionRef } from '../deploy/record.ts'
import type { Read, Unit } from './session.ts'

export function consents(deployment: string): Read<Recorded[]> {
  return async (db) => {
    const rows = await db
      .selectFrom('consents')
      .select(['model', 'rule', 'at'])
      .where('deployment', '=', deployment)
      .orderBy('model')
      .orderBy('at')
      .orderBy('rule')
      .execute()
    const given = Map.groupBy(rows, ({ model, at }) => `${model} ${at}`)
    return [...given.values()].flatMap((of) => of.slice(0, 1).map(({ model, at }) => ({ model, at, rules: of.map(({ rule }) => rule) })))
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
