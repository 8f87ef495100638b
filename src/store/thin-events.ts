import { sql, type Transaction } from 'kysely'
import type { RevisionRef } from '../deploy/record.ts'
import { firstKept, lastKept } from './attempts.ts'
import type { Tables } from './tables.ts'

/**
 * What was told of a revision that has settled, without what only its followers needed: how far images had come, and of the checks of
 * each container those that the attempts leave out too. An id is never given again, so whoever follows goes on after any of them.
 */
export async function thinEvents(db: Transaction<Tables>, { deployment, revision }: RevisionRef): Promise<void> {
  await sql`
    DELETE FROM "events" WHERE "deployment" = ${deployment} AND "revision" = ${revision} AND "type" = 'image'
      AND json_extract("event", '$.step') IN ('pulling', 'building') AND json_extract("event", '$.current') > 0`.execute(db)
  await sql`
    DELETE FROM "events" WHERE "id" IN (
      SELECT "id" FROM (
        SELECT "id", row_number() OVER (container ORDER BY "id") AS "number", count(*) OVER container AS "total" FROM "events"
          WHERE "deployment" = ${deployment} AND "revision" = ${revision} AND "type" = 'attempt'
          WINDOW container AS (PARTITION BY json_extract("event", '$.service'), json_extract("event", '$.replica'))
      ) WHERE "number" > ${firstKept} AND "number" <= "total" - ${lastKept})`.execute(db)
}
