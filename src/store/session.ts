import type { DatabaseSync } from 'node:sqlite'
import { Kysely, type Transaction } from 'kysely'
import type { Clock } from '../deploy/ports.ts'
import type { RevisionEvent, RevisionRef, StoredEvent } from '../deploy/record.ts'
import type { Log } from '../files/private-file.ts'
import { NodeSqliteDialect } from './dialect.ts'
import { wipeOnce } from './encryption.ts'
import { insertEvent } from './events.ts'
import type { Followers } from './followers.ts'
import { createTurns } from './in-turn.ts'
import { migrate } from './migrate.ts'
import { sqliteTrouble } from './sqlite-trouble.ts'
import type { Tables } from './tables.ts'
import type { Vault } from './vault.ts'

/** One transaction. */
export interface Unit {
  db: Transaction<Tables>
  vault: Vault
  /** RFC 3339 UTC with milliseconds: the stamp of everything in it. */
  at: string
  /** Reaches the followers when the transaction is committed. */
  tell: (ref: RevisionRef, event: RevisionEvent) => Promise<void>
}

export type Read<T> = (db: Kysely<Tables>, vault: Vault) => Promise<T>
export type Write<T> = (unit: Unit) => Promise<T>

/** All statements of one connection: each read and each write is one turn, in the order of the calls. */
export interface Session {
  read: <T>(work: Read<T>) => Promise<T>
  /** Survives a power cut once it resolves, and so does every `writeSoon` before it. */
  write: <T>(work: Write<T>) => Promise<T>
  /** Survives the end of this process once it resolves; costs no fsync. */
  writeSoon: <T>(work: Write<T>) => Promise<T>
  close: () => Promise<void>
}

interface Setup {
  database: DatabaseSync
  file: string
  vault: Vault
  clock: Pick<Clock, 'now'>
  followers: Followers
  log: Log
}

/** Brings the schema up to date; `close` closes the database. */
export async function createSession({ database, file, vault, clock, followers, log }: Setup): Promise<Session> {
  const kysely = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) })
  const turns = createTurns()
  const turn = <T>(work: () => Promise<T>) => turns(() => work().catch((error: unknown) => Promise.reject(sqliteTrouble(error, file))))

  // The switch has no effect inside a transaction, so it comes first, and in the same turn.
  const commit = async <T>(synchronous: 'FULL' | 'NORMAL', work: Write<T>): Promise<T> => {
    database.exec(`PRAGMA synchronous = ${synchronous}`)
    const told: StoredEvent[] = []
    const at = new Date(clock.now()).toISOString()
    const result = await kysely.transaction().execute((db) =>
      work({
        db,
        vault,
        at,
        tell: async (ref, event) => {
          told.push(await insertEvent(db, { ...ref, at, event }))
        },
      }),
    )
    followers.tell(told)
    return result
  }

  await turn(() => migrate(kysely, file, vault))
  wipeOnce(database, file, log)
  return {
    read: (work) => turn(() => work(kysely, vault)),
    write: (work) => turn(() => commit('FULL', work)),
    writeSoon: (work) => turn(() => commit('NORMAL', work)),
    close: () => turn(() => kysely.destroy()),
  }
}
