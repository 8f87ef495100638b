import { type Kysely, sql } from 'kysely'

/** What an operator consented to: for one deployment and one model, by rule. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await consents.execute(db)
}

const consents = sql`
  CREATE TABLE "consents" (
    "deployment" TEXT NOT NULL REFERENCES "deployments" ("id") ON DELETE CASCADE,
    "model" TEXT NOT NULL CHECK (length("model") = 64),
    "rule" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "at" TEXT NOT NULL,
    PRIMARY KEY ("deployment", "model", "rule")
  ) STRICT, WITHOUT ROWID`
