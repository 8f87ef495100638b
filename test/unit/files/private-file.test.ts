import { existsSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makePrivate } from '../../../src/files/private-file.ts'

let folder: string
const file = () => join(folder, 'key')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'torii-private-'))
})

afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

test('what is made outlives a power cut: its content is flushed, and then the folder that it is in', async () => {
  const flushed = await watchFlushes()

  await makePrivate(file(), 'text')

  expect(flushed).toEqual([
    [expect.stringMatching(`^${folder}/\\.draft-`), false],
    [folder, true],
  ])
})

test('what is in no file is not used: a link that leads nowhere is an error', async () => {
  symlinkSync(join(folder, 'nowhere'), file())

  await expect(makePrivate(file(), 'text')).rejects.toMatchObject({ code: 'ENOENT' })
})

/** Which file each `fsync` was of, and whether ours was there by then. */
async function watchFlushes(): Promise<[path: string, isThere: boolean][]> {
  const flushed: [string, boolean][] = []
  await using any = await open(folder)
  const { sync } = any
  vi.spyOn(Object.getPrototypeOf(any) as FileHandle, 'sync').mockImplementation(function (this: FileHandle) {
    flushed.push([readlinkSync(`/proc/self/fd/${this.fd}`), existsSync(file())])
    return sync.call(this)
  })
  return flushed
}
