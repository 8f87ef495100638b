import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { placeBundle } from '../../../setup/place-bundle.ts'

const hour = 3_600_000
const week = 7 * 24 * hour
const start = Date.UTC(2026, 0, 1)

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torii-dist-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** A bundle of these chunks, built and placed at that moment. */
async function placed(chunks: string[], at: number): Promise<void> {
  const draft = join(folder, 'draft')
  await mkdir(draft)
  for (const name of ['cli.js', ...chunks]) {
    await writeFile(join(draft, name), name)
    await utimes(join(draft, name), at / 1000, at / 1000)
  }
  await placeBundle(draft, join(folder, 'dist'), at)
}

const chunks = async () => (await readdir(join(folder, 'dist'))).filter((name) => name.startsWith('chunk')).sort()

test('chunks of a bundle stay for a day from when it was replaced, however old they are', async () => {
  await placed(['chunk-old.js', 'chunk-both.js'], start)

  await placed(['chunk-new.js', 'chunk-both.js'], start + week)
  const atOnce = await chunks()
  await placed(['chunk-newer.js'], start + week + 23 * hour)
  const within = await chunks()
  await placed(['chunk-newest.js'], start + week + 25 * hour)
  const after = await chunks()

  expect(atOnce).toEqual(['chunk-both.js', 'chunk-new.js', 'chunk-old.js'])
  expect(within).toEqual(['chunk-both.js', 'chunk-new.js', 'chunk-newer.js', 'chunk-old.js'])
  expect(after).toEqual(['chunk-both.js', 'chunk-new.js', 'chunk-newer.js', 'chunk-newest.js'])
})

test('the library beside them stays', async () => {
  await mkdir(join(folder, 'dist/health'), { recursive: true })
  await placed([], start)
  await utimes(join(folder, 'dist/health'), 1, 1)

  await placed([], start + week)

  expect(await readdir(join(folder, 'dist'))).toEqual(['cli.js', 'files.json', 'health'])
})
