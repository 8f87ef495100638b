import type { Kysely } from 'kysely'
import type { AttemptOf, StoredAttempt } from '../deploy/ports.ts'
import { type CheckAttempt, type ProbeAttempt, type RevisionRef, refOf } from '../deploy/record.ts'
import { mustKnow } from './known.ts'
import type { Read, Write } from './session.ts'
import type { Tables } from './tables.ts'

/** Of each container and route the first and the last ones are kept; those between are only counted (design §5.2). */
export const firstKept = 20
export const lastKept = 50

export function attempt(ref: RevisionRef, of: AttemptOf, attempt: CheckAttempt | ProbeAttempt): Write<void> {
  const who = { ...refOf(ref), subject: subjectOf(of) }
  const text = JSON.stringify(attempt)
  return async ({ db }) => {
    await mustKnow(db, who)
    const number = (await total(db, who)) + 1
    await db
      .insertInto('attempts')
      .values({ ...who, number, attempt: text })
      .execute()
    if (number > firstKept + lastKept) await drop(db, who, number - lastKept)
  }
}

/** In the order in which each had its first attempt. */
export function attempts({ deployment, revision }: RevisionRef): Read<StoredAttempt[]> {
  return async (db) => {
    const query = db.selectFrom('attempts').selectAll().where('deployment', '=', deployment).where('revision', '=', revision).orderBy('id')
    const bySubject = Map.groupBy(await query.execute(), ({ subject }) => subject)
    return [...bySubject].map(([subject, rows]) => ({
      of: JSON.parse(subject),
      total: Math.max(...rows.map(({ number }) => number)),
      kept: rows.map((row) => JSON.parse(row.attempt)),
    }))
  }
}

type Who = RevisionRef & { subject: string }

/** The newest is always kept and knows how many there were. */
async function total(db: Kysely<Tables>, { deployment, revision, subject }: Who): Promise<number> {
  const all = db.selectFrom('attempts').where('deployment', '=', deployment).where('revision', '=', revision).where('subject', '=', subject)
  const newest = await all.select('number').orderBy('number', 'desc').limit(1).executeTakeFirst()
  return newest?.number ?? 0
}

async function drop(db: Kysely<Tables>, { deployment, revision, subject }: Who, number: number): Promise<void> {
  const all = db.deleteFrom('attempts').where('deployment', '=', deployment).where('revision', '=', revision).where('subject', '=', subject)
  await all.where('number', '=', number).execute()
}

/** The same text for the same container or route. */
function subjectOf(of: AttemptOf): string {
  return of.is === 'check'
    ? JSON.stringify({ is: of.is, service: of.service, replica: of.replica })
    : JSON.stringify({ is: of.is, route: of.route, url: of.url })
}
