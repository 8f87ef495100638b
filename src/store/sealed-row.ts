import type { RevisionRef } from '../deploy/record.ts'
import type { RevisionRow } from './tables.ts'
import type { Vault } from './vault.ts'

/**
 * Columns of a revision that may hold secrets: variables, the models with them, commands and checks, and the secret of the candidate route.
 * Whatever else is kept was scrubbed before.
 */
export const sealedColumns = ['source', 'resolved', 'model', 'plan', 'candidate'] as const

type Sealed = { [column in (typeof sealedColumns)[number]]?: RevisionRow[column] | undefined }

export function sealRow<T extends Sealed>(row: T, ref: RevisionRef, vault: Vault): T {
  return { ...row, ...changed(row, (text, column) => vault.seal(text, aboutOf(ref, column))) }
}

export function openRow<T extends Sealed & RevisionRef>(row: T, vault: Vault): T {
  return { ...row, ...changed(row, (text, column) => vault.open(text, aboutOf(row, column))) }
}

/** What is null or absent stays so. */
function changed(row: Sealed, change: (text: string, column: string) => string): Sealed {
  const there = sealedColumns.flatMap((column) => {
    const text = row[column]
    return typeof text === 'string' ? [[column, change(text, column)] as const] : []
  })
  return Object.fromEntries(there)
}

function aboutOf({ deployment, revision }: RevisionRef, column: string): string {
  return `${column} of ${deployment}/${revision}`
}
