import { type Kysely, sql } from 'kysely'

/** The first schema: deployments, their revisions, and what is told, tried and seen of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [deployments, revisions, unsettled, held, events, eventsOfDeployment, eventsOfRevision, attempts, evidence])
    await statement.execute(db)
}

const deployments = sql`
  CREATE TABLE "deployments" (
    "id" TEXT PRIMARY KEY,
    "name" TEXT NOT NULL UNIQUE,
    "kind" TEXT NOT NULL CHECK ("kind" IN ('app', 'service', 'tool')),
    "wanted" TEXT NOT NULL CHECK ("wanted" IN ('running', 'stopped', 'removed', 'removed_with_volumes')),
    "live" INTEGER,
    "open" INTEGER,
    "createdAt" TEXT NOT NULL
  ) STRICT`

const revisions = sql`
  CREATE TABLE "revisions" (
    "admission" INTEGER PRIMARY KEY AUTOINCREMENT,
    "deployment" TEXT NOT NULL REFERENCES "deployments" ("id") ON DELETE CASCADE,
    "revision" INTEGER NOT NULL,
    "state" TEXT NOT NULL CHECK ("state" IN ('UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'DEPLOYED', 'FAILED')),
    "project" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "resolved" TEXT NOT NULL,
    "model" TEXT,
    "plan" TEXT,
    "port" INTEGER CHECK ("port" BETWEEN 1 AND 65535),
    "subnets" TEXT NOT NULL,
    "candidate" TEXT,
    "backends" TEXT NOT NULL,
    "begun" TEXT NOT NULL,
    "failure" TEXT,
    "createdAt" TEXT NOT NULL,
    "settledAt" TEXT,
    "removed" INTEGER NOT NULL CHECK ("removed" IN (0, 1)),
    UNIQUE ("deployment", "revision"),
    CHECK (("state" IN ('DEPLOYED', 'FAILED')) = ("settledAt" IS NOT NULL))
  ) STRICT`

const unsettled = sql`CREATE INDEX "unsettled" ON "revisions" ("admission") WHERE "settledAt" IS NULL`

/** For what still exists, and for who holds a port. */
const held = sql`CREATE INDEX "held" ON "revisions" ("removed", "port")`

/** AUTOINCREMENT: an id that was given is never given again, also when its event is forgotten. */
const events = sql`
  CREATE TABLE "events" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "deployment" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "at" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    FOREIGN KEY ("deployment", "revision") REFERENCES "revisions" ("deployment", "revision") ON DELETE CASCADE
  ) STRICT`

const eventsOfDeployment = sql`CREATE INDEX "eventsOfDeployment" ON "events" ("deployment", "id")`

/** With the type at its end: those of other types are passed over without a look at them. */
const eventsOfRevision = sql`CREATE INDEX "eventsOfRevision" ON "events" ("deployment", "revision", "id", "type")`

const attempts = sql`
  CREATE TABLE "attempts" (
    "id" INTEGER PRIMARY KEY,
    "deployment" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "attempt" TEXT NOT NULL,
    UNIQUE ("deployment", "revision", "subject", "number"),
    FOREIGN KEY ("deployment", "revision") REFERENCES "revisions" ("deployment", "revision") ON DELETE CASCADE
  ) STRICT`

const evidence = sql`
  CREATE TABLE "evidence" (
    "deployment" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "evidence" TEXT NOT NULL,
    PRIMARY KEY ("deployment", "revision"),
    FOREIGN KEY ("deployment", "revision") REFERENCES "revisions" ("deployment", "revision") ON DELETE CASCADE
  ) STRICT`
