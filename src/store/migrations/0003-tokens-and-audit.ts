import { type Kysely, sql } from 'kysely'

/** API tokens, and the audit trail that can only grow. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [tokens, tokenNames, audit, auditOfDeployment, noUpdate, noDelete, noReplace]) await statement.execute(db)
}

const tokens = sql`
  CREATE TABLE "tokens" (
    "id" TEXT PRIMARY KEY,
    "name" TEXT NOT NULL,
    "scope" TEXT NOT NULL CHECK ("scope" IN ('read', 'deploy', 'admin')),
    "names" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "expiresAt" TEXT,
    "revokedAt" TEXT,
    "lastUsedAt" TEXT
  ) STRICT`

const tokenNames = sql`CREATE UNIQUE INDEX "tokenNames" ON "tokens" ("name") WHERE "revokedAt" IS NULL`

/** AUTOINCREMENT: an id that was given is never given again. */
const audit = sql`
  CREATE TABLE "audit" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "at" TEXT NOT NULL,
    "who" TEXT,
    "token" TEXT,
    "address" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "deployment" TEXT,
    "detail" TEXT,
    "result" TEXT NOT NULL CHECK ("result" IN ('accepted', 'refused')),
    "reason" TEXT,
    "missed" INTEGER NOT NULL
  ) STRICT`

const auditOfDeployment = sql`CREATE INDEX "auditOfDeployment" ON "audit" ("deployment", "id")`

const noUpdate = sql`
  CREATE TRIGGER "auditIsNotChanged" BEFORE UPDATE ON "audit"
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END`

const noDelete = sql`
  CREATE TRIGGER "auditIsNotDeleted" BEFORE DELETE ON "audit"
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END`

/** REPLACE deletes without a delete trigger while recursive_triggers is off, as it is by default (sqlite.org/lang_conflict.html). */
const noReplace = sql`
  CREATE TRIGGER "auditIsNotReplaced" BEFORE INSERT ON "audit" WHEN EXISTS (SELECT 1 FROM "audit" WHERE "id" = NEW."id")
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END`
