import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { saysOutOfMemory } from '../../../src/docker/kernel-log.ts'

const id = 'ebf188222bf369a633d1947e40129bee675cbc743be91efb7f30d09da2baacaa'
/** As Linux 6 writes it. */
const record = (group: string, constraint = 'CONSTRAINT_MEMCG') =>
  `4,1234,22745342067,-;oom-kill:constraint=${constraint},nodemask=(null),cpuset=${id},mems_allowed=0,oom_memcg=${group},task_memcg=/docker/${id},task=dd,pid=27231,uid=0\n`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torii-kmsg-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The record above is of 22745.3 s after the boot; each case ends so many seconds before 23000. */
const booted = 1_700_000_000
const endedAt = (secondsBefore: number) => (booted + 23_000 - secondsBefore) * 1000

test.each([
  ['its own group', record(`/docker/${id}`), 255, true],
  ['its own group under systemd', record(`/system.slice/docker-${id}.scope`), 250, true],
  ['another container’s group', record('/docker/0000'), 255, false],
  ['the whole machine, which chose a process of it', record('/', 'CONSTRAINT_NONE'), 255, false],
  ['a kill that was long before this end', record(`/docker/${id}`), 10, false],
  ['a kill that came after this end', record(`/docker/${id}`), 1000, false],
  ['nothing', '', 255, false],
])('the kernel names %s', async (_, text, secondsBefore, says) => {
  const [path, stat] = [join(folder, 'kmsg'), join(folder, 'stat')]
  await writeFile(path, text)
  await writeFile(stat, `cpu  1 2 3\nctxt 5\nbtime ${booted}\nprocesses 7\n`)

  expect(await saysOutOfMemory({ id, finishedAt: endedAt(secondsBefore) }, path, stat)).toBe(says)
})

test('a log that cannot be read says nothing', async () => {
  expect(await saysOutOfMemory({ id, finishedAt: endedAt(0) }, join(folder, 'none'))).toBe(false)
})
