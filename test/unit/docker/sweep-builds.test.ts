import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sweepBuilds } from '../../../src/docker/build-files.ts'

let home = ''
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'torii-builds-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

test('what a killed server copied for a build is gone after the next start, what a living process copied is not', async () => {
  // Linux has no process of this number: its largest is 4194304.
  const [dead, ours] = ['4999999-abc', `${process.pid}-abc`]
  for (const name of [dead, ours]) {
    await mkdir(join(home, 'builds', name), { recursive: true })
    await writeFile(join(home, 'builds', name, 'Dockerfile'), 'FROM scratch\n')
  }

  await sweepBuilds(home)

  expect(await readdir(join(home, 'builds'))).toEqual([ours])
})

test('a server that has never built has nothing to sweep', async () => {
  await expect(sweepBuilds(join(home, 'nowhere'))).resolves.toBeUndefined()
})
