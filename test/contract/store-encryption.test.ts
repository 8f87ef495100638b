import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { beforeEach, expect, test } from 'vitest'
import type { Revision } from '../../src/deploy/record.ts'
import { NodeSqliteDialect } from '../../src/store/dialect.ts'
import { up as makeRecord } from '../../src/store/migrations/0001-record.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { rowOf } from '../../src/store/revision-row.ts'
import { openStore } from '../../src/store/store.ts'
import type { Tables } from '../../src/store/tables.ts'
import { createFakeClock } from '../fakes/clock.ts'
import { newFolder, openIn } from './store-folder.ts'
import { aDeployment, aPlan, aRevision, unusable } from './store-makers.ts'

const planted = {
  env: 'env-correct-horse',
  resolved: 'resolved-battery-staple',
  model: 'model-tr0ub4dor',
  plan: 'plan-check-with-a-password',
  candidate: 'candidate-of-the-probe',
  registry: 'registry-open-sesame',
}

let folder: string
let file: string
let key: string

beforeEach(() => {
  folder = newFolder()
  file = join(folder, 'torii.db')
  key = join(folder, 'key')
})

const plain = (): Revision =>
  aRevision({
    source: { ...aRevision().source, env: { PASSWORD: planted.env } },
    resolved: `services: {web: {environment: {PASSWORD: ${planted.resolved}}}}`,
    model: planted.model,
    plan: { ...aPlan, services: [{ name: planted.plan }] } as unknown as Revision['plan'],
    candidate: planted.candidate,
  })

/** Every byte that the record has on disk. */
const bytes = () => [file, `${file}-wal`].map((each) => (existsSync(each) ? readFileSync(each, 'latin1') : '')).join('\n')
const found = () => Object.values(planted).filter((secret) => bytes().includes(secret))

/** As a Torii before encryption left it, with a page that was freed. */
async function anOldRecord(): Promise<void> {
  const database = openDatabase(file)
  database.exec('PRAGMA secure_delete = OFF')
  const db = new Kysely<Tables>({ dialect: new NodeSqliteDialect(database) })
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => ({ '0001-record': { up: makeRecord } }) } }).migrateToLatest()
  if (error) throw error
  await db.insertInto('deployments').values(aDeployment()).execute()
  await db.insertInto('revisions').values(rowOf(plain())).execute()
  const gone = { ...plain(), revision: 2, project: 'torii-a-r2', resolved: planted.resolved.repeat(5000) }
  await db.insertInto('revisions').values(rowOf(gone)).execute()
  await sql`DELETE FROM revisions WHERE revision = 2`.execute(db)
  await db.destroy()
}

test('what may hold secrets is on disk in no readable form, and comes back as it was', async () => {
  const store = await openIn(folder)
  await store.admit(aDeployment(), plain(), [])
  await store.keep(plain(), { model: planted.model, plan: plain().plan, candidate: planted.candidate })
  await store.registries.put('registry.example.org', { username: 'ali', secret: planted.registry, is: 'password' })

  const open = found()
  await store.close()
  const again = await openIn(folder)

  expect([open, found()]).toEqual([[], []])
  expect(await again.revision(plain())).toEqual(plain())
  expect(await again.registries.login('registry.example.org')).toEqual({ username: 'ali', secret: planted.registry, is: 'password' })
  await again.close()
})

test('a record of before is encrypted when it is opened, and nothing of it is left in its file or the log beside it', async () => {
  await anOldRecord()
  const before = found()

  const store = await openIn(folder)

  expect(before).toEqual(['env-correct-horse', 'resolved-battery-staple', 'model-tr0ub4dor', 'plan-check-with-a-password', 'candidate-of-the-probe'])
  expect(found()).toEqual([])
  expect(await store.revision(plain())).toEqual(plain())
  await store.close()
  expect(found()).toEqual([])
})

test('a process that dies before the old pages were wiped leaves that to the next', async () => {
  await (await openIn(folder)).close()
  const database = new DatabaseSync(file)
  database.exec(
    `PRAGMA secure_delete = OFF; UPDATE encryption SET wiped = 0; CREATE TABLE old (text); INSERT INTO old VALUES ('${planted.env}'); DROP TABLE old`,
  )
  database.close()
  const before = found()

  await (await openIn(folder)).close()

  expect([before, found()]).toEqual([[planted.env], []])
})

test('a start that cannot wipe the old pages works all the same, says so, and leaves it to the next', async () => {
  await (await openIn(folder)).close()
  const change = (sql: string) => {
    const database = new DatabaseSync(file)
    database.exec(sql)
    database.close()
  }
  change("UPDATE encryption SET wiped = 0; CREATE TRIGGER full BEFORE UPDATE ON encryption BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END")
  const warned: unknown[] = []
  const log = { warn: (facts: object, message: string) => void warned.push([facts, message]) }
  const open = () => openStore({ file, pool: '10.213.0.0/16', clock: createFakeClock({ auto: false }), log })

  const store = await open()
  await store.admit(aDeployment(), plain(), [])
  await store.close()
  const first = warned.splice(0)
  change('DROP TRIGGER full')
  await (await open()).close()
  await (await open()).close()

  expect(first).toEqual([[{ err: expect.objectContaining({ message: 'database or disk is full' }) }, expect.stringMatching(/the next start tries again$/)]])
  expect(warned).toEqual([])
})

test('a step of the schema is frozen: it imports nothing that may change under it', () => {
  const folder = join(import.meta.dirname, '../../src/store/migrations')

  const imported = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/^import (?!type).*from '(\..*)'/gm)].map(([line]) => line),
  )

  expect(imported).toEqual([])
})

test('the key is for its owner’s eyes only, is mended when it is not, and nobody else’s opens the record', async () => {
  const warned: object[] = []
  await (await openIn(folder)).close()
  const made = statSync(key).mode & 0o777
  chmodSync(key, 0o644)

  await (await openStore({ file, pool: '10.213.0.0/16', clock: createFakeClock({ auto: false }), log: { warn: (facts) => warned.push(facts) } })).close()
  const mended = statSync(key).mode & 0o777
  writeFileSync(key, `${Buffer.alloc(32, 7).toString('base64')}\n`)

  expect([made, mended, warned]).toEqual([0o600, 0o600, [{ path: key, mode: '644' }]])
  expect(await unusable(openIn(folder))).toBe(`${key} is not the key that the record is encrypted with. Put the key back that belongs to this database.`)
})

test('without its key an encrypted record is not opened, and no new key is made', async () => {
  await (await openIn(folder)).close()
  rmSync(key)

  const why = await unusable(openIn(folder))

  expect(why).toBe(
    `${key} is gone, and the record is encrypted with it. Put a copy of the key back. Without one, move the database away too and deploy anew: what it holds cannot be read.`,
  )
  expect(existsSync(key)).toBe(false)
})

test('a file that is no key is said to be none', async () => {
  writeFileSync(key, 'too short\n')

  expect(await unusable(openIn(folder))).toBe(`${key} holds no key. Put a copy of the key back: the record is encrypted with it.`)
})

test('a value that was moved to another revision does not open there', async () => {
  const store = await openIn(folder)
  await store.admit(aDeployment(), plain(), [])
  await store.admit(aDeployment({ id: 'b', name: 'b' }), aRevision({ deployment: 'b' }), [])
  await store.close()
  copyFileSync(file, `${file}.copy`)
  const database = new DatabaseSync(file)
  database.exec(`UPDATE revisions SET resolved = (SELECT resolved FROM revisions WHERE deployment = 'a') WHERE deployment = 'b'`)
  database.close()

  const again = await openIn(folder)

  expect(await unusable(again.revision({ deployment: 'b', revision: 1 }))).toMatch('resolved of b/1 in the record does not open with the key')
  await again.close()
})
