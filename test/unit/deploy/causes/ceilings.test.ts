import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, ended, factsOf } from './a-case.ts'

const mib = 1024 ** 2
const nothingTaken = { capabilities: [], newPrivileges: false }
const killed = (memory?: number) =>
  aCase({
    ...ended('', { exitCode: 137, oomKilled: true, facts: factsOf({ memoryLimit: 241 * mib }) }),
    reason: 'out_of_memory',
    detail: 'limit 241 MiB',
    planned: { taken: { ...nothingTaken, ...(memory === undefined ? {} : { memory }) } },
  })

test('whom Torii’s own ceiling kills is not told to write a limit that Torii would lower again', () => {
  const { trouble } = findCauses(killed(241 * mib))

  expect(trouble.detail).toContain('which is the most that this Torii gives a container')
  expect(trouble.fix).toContain('TORII_MEMORY_CEILING')
  expect(trouble.fix).not.toContain('mem_limit')
})

test('whom the file’s own limit kills is told the line', () => {
  expect(findCauses(killed()).trouble.fix).toContain('write `mem_limit: 482m`')
})

test.each([
  "RuntimeError: can't start new thread",
  'sh: 1: Cannot fork: Resource temporarily unavailable',
  'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached',
  'BlockingIOError: [Errno 11] Resource temporarily unavailable',
])('who may start no process more is said so: %s', (line) => {
  const told = { ...ended(`starting\n${line}\n`), planned: { taken: { ...nothingTaken, processes: 30 } } }

  const { trouble, causes } = findCauses(aCase(told))

  expect(causes.map(({ id }) => id)).toEqual(['too-many-processes'])
  expect(trouble.detail).toMatch(/^web has as many processes and threads as it may: 30, the most that this Torii gives a container/)
  expect(trouble.fix).toContain('write `pids_limit: 8192`')
})

test('by the file’s own limit it is that which is named', () => {
  const { trouble } = findCauses(aCase({ ...ended("RuntimeError: can't start new thread\n"), planned: { taken: nothingTaken } }))

  expect(trouble.detail).toMatch(/^web has as many processes and threads as it may by its `pids_limit:`/)
})

test('where it goes on after that line, that is no certainty', () => {
  const told = { ...ended("can't start new thread\nall is well\nserving\nFATAL: no such file\n"), planned: { taken: nothingTaken } }

  expect(findCauses(aCase(told)).trouble.detail).not.toMatch(/^web has as many/)
})
