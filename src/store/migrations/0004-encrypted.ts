import { type Kysely, sql } from 'kysely'
import type { Vault } from '../vault.ts'

/** What may hold secrets is encrypted from here on, and there is a place for the logins of registries. */
export function encrypt(vault: Vault): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    await encryption.execute(db)
    await sql`INSERT INTO "encryption" ("id", "proof", "wiped") VALUES (1, ${vault.seal(proofText, proofText)}, 0)`.execute(db)
    await registries.execute(db)
    await encryptRevisions(db as Kysely<Rows>, vault)
  }
}

/** What the proof says when it is opened. */
export const proofText = 'torii'

/** One row: the proof opens with the right key alone; wiped: nothing of the time before is left in the file. */
const encryption = sql`
  CREATE TABLE "encryption" (
    "id" INTEGER PRIMARY KEY CHECK ("id" = 1),
    "proof" TEXT NOT NULL,
    "wiped" INTEGER NOT NULL CHECK ("wiped" IN (0, 1))
  ) STRICT`

const registries = sql`
  CREATE TABLE "registries" (
    "host" TEXT PRIMARY KEY,
    "login" TEXT NOT NULL,
    "createdAt" TEXT NOT NULL
  ) STRICT`

/** As the table was then: what it becomes later is later steps' concern. */
interface Rows {
  revisions: { deployment: string; revision: number } & { [column in (typeof columns)[number]]: string | null }
}

const columns = ['source', 'resolved', 'model', 'plan', 'candidate'] as const

async function encryptRevisions(db: Kysely<Rows>, vault: Vault): Promise<void> {
  const all = await db
    .selectFrom('revisions')
    .select(['deployment', 'revision', ...columns])
    .execute()
  for (const { deployment, revision, ...plain } of all) {
    const seal = (column: (typeof columns)[number]) => {
      const text = plain[column]
      return text === null ? null : vault.seal(text, `${column} of ${deployment}/${revision}`)
    }
    const sealed = Object.fromEntries(columns.map((column) => [column, seal(column)]))
    await db.updateTable('revisions').set(sealed).where('deployment', '=', deployment).where('revision', '=', revision).execute()
  }
}
