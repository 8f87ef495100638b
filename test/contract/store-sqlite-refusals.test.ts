import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import { newFolder, openIn } from './store-folder.ts'
import { aDeployment, aRevision, unusable } from './store-makers.ts'

describe('the store in a file refuses', () => {
  let folder: string
  let file: string
  const open = () => openIn(folder)

  beforeEach(async () => {
    folder = newFolder()
    file = join(folder, 'torii.db')
    const store = await open()
    await store.admit(aDeployment(), aRevision(), [])
    await store.close()
  })

  const refusedAsItIs = async () => {
    const before = readFileSync(file)
    const why = await unusable(open())
    expect(readFileSync(file)).toEqual(before)
    return why
  }

  test('what a newer Torii wrote', async () => {
    const database = new DatabaseSync(file)
    database.exec(`INSERT INTO kysely_migration VALUES ('0999-later', '2030-01-01T00:00:00.000Z')`)
    database.close()

    expect(await unusable(open())).toBe(`${file} was written by a newer Torii (it knows 0999-later). Run that one, or give this one a TORII_HOME of its own.`)
  })

  test('a file that is no database', async () => {
    writeFileSync(file, 'deployments:\n  hello: running\n'.repeat(100))

    expect(await refusedAsItIs()).toBe(`${file} is damaged (file is not a database). Put a copy of it back, or move it away to begin anew.`)
  })

  test('a file that has lost its content', async () => {
    truncateSync(file, 0)

    expect(await refusedAsItIs()).toBe(`${file} is no record of Torii. Put a copy of the right file there, or move this one away to begin anew.`)
  })

  test('a database of somebody else', async () => {
    rmSync(file)
    const database = new DatabaseSync(file)
    database.exec('CREATE TABLE theirs (a)')
    database.close()

    expect(await refusedAsItIs()).toBe(`${file} is no record of Torii. Put a copy of the right file there, or move this one away to begin anew.`)
  })

  test('a damaged page', async () => {
    const content = readFileSync(file)
    writeFileSync(file, content.fill(0xff, 4096 * 4, 4096 * 5))

    expect(await refusedAsItIs()).toMatch(`${file} is damaged (`)
  })

  test('what is left of a file that is gone', async () => {
    rmSync(file)
    writeFileSync(`${file}-wal`, 'what was written last')

    expect(await unusable(open())).toBe(`${file} is gone, but ${file}-wal is still there. Put both back, or move the latter away to begin anew.`)
    expect(readdirSync(folder)).toEqual(['key', 'torii.db-wal'])
  })

  test('a folder that is not there', async () => {
    folder = join(folder, 'nowhere')

    expect(await unusable(open())).toMatch(`${join(folder, 'torii.db')} cannot be made (ENOENT`)
  })
})
