import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCreator } from '../../src/docker/compose-creator.ts'

let folder = ''
const signal = new AbortController().signal

/** A stand-in for Compose that writes down its process and what it was given. */
const script = (end: string) => `#!/bin/sh\necho $$ >> started\n${end}\ncat > "given-$$"\n`

async function creatorOf(end = '') {
  const file = join(folder, `compose-${Math.random()}`)
  await writeFile(file, script(end), { mode: 0o755 })
  await rm(join(folder, 'started'), { force: true })
  return createCreator({ file, cwd: folder, env: { PATH: '/usr/bin:/bin' } })
}

const started = async () => (await readFile(join(folder, 'started'), 'utf8').catch(() => '')).trim().split('\n').filter(Boolean)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torii-spare-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the process that was started for a model that was expected takes it', async () => {
  const creator = await creatorOf()
  creator.expect()
  creator.expect()

  await creator.create('p', 'name: p', signal)

  const [pid, ...more] = await started()
  expect(more).toEqual([])
  expect(await readFile(join(folder, `given-${pid}`), 'utf8')).toBe('name: p')
})

test('two models at once have a process each', async () => {
  const creator = await creatorOf()
  creator.expect()

  await Promise.all([creator.create('p', 'name: p', signal), creator.create('q', 'name: q', signal)])

  const given = await Promise.all((await started()).map((pid) => readFile(join(folder, `given-${pid}`), 'utf8')))
  expect(given.toSorted()).toEqual(['name: p', 'name: q'])
})

test('what Compose says when it cannot is the reason', async () => {
  const creator = await creatorOf('cat > /dev/null; echo "no space left on device" >&2; exit 1')

  await expect(creator.create('p', 'name: p', signal)).rejects.toMatchObject({ trouble: { reason: 'disk_full' } })
})

test('a call that is called off ends its process', async () => {
  const creator = await creatorOf('exec sleep 1000')
  const over = new AbortController()
  const created = creator.create('p', 'name: p', over.signal)

  over.abort(new Error('called off'))

  await expect(created).rejects.toThrow('called off')
  for (const pid of await started()) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH')
})
