import type { Insertable, Selectable } from 'kysely'
import type { Revision } from '../deploy/record.ts'
import { openRow } from './sealed-row.ts'
import type { RevisionRow } from './tables.ts'
import type { Vault } from './vault.ts'

/** In plain: `sealRow` comes before it is written. */
export function rowOf(revision: Revision): Insertable<RevisionRow> {
  return {
    ...revision,
    source: json(revision.source),
    plan: json(revision.plan),
    subnets: json(revision.subnets),
    backends: json(revision.backends),
    begun: json(revision.begun),
    failure: json(revision.failure),
    removed: Number(revision.removed),
  }
}

export function revisionOf({ admission: _admission, ...sealed }: Selectable<RevisionRow>, vault: Vault): Revision {
  const row = openRow(sealed, vault)
  return {
    ...row,
    source: JSON.parse(row.source),
    plan: row.plan === null ? null : JSON.parse(row.plan),
    subnets: JSON.parse(row.subnets),
    backends: JSON.parse(row.backends),
    begun: JSON.parse(row.begun),
    failure: row.failure === null ? null : JSON.parse(row.failure),
    removed: row.removed === 1,
  }
}

/** What is null or undefined stays so. */
export function json<T extends object | null | undefined>(value: T): string | Extract<T, null | undefined> {
  return value ? JSON.stringify(value) : (value as Extract<T, null | undefined>)
}
