import { expect, test } from 'vitest'
import { memoryNotices } from '../../../src/deploy/memory-notice.ts'
import { settle } from '../../../src/deploy/settle.ts'
import type { Tools } from '../../../src/deploy/tools.ts'
import { factsOf } from './causes/a-case.ts'
import { aRevision } from './makers.ts'

const container = { service: 'web', replica: 1, state: 'running', oomKilled: true, facts: factsOf({ memoryLimit: 160 * 1024 ** 2 }) }
const said =
  'web: the kernel has killed processes in it, for it needs more memory than its limit of 160 MiB; it goes on without them. Raise `mem_limit:`, or start fewer workers.'

test('a container that goes on without processes that the kernel has killed is told of, once a service', () => {
  expect(memoryNotices([container, { ...container, replica: 2 }])).toEqual([said])
})

test.each([
  ['one that has ended', { state: 'exited' }],
  ['one that lost nothing', { oomKilled: false }],
])('of %s there is nothing to tell', (_, change) => {
  expect(memoryNotices([{ ...container, ...change }])).toEqual([])
})

test('it is said before the verdict is', async () => {
  const done: unknown[] = []
  const store = new Proxy({} as Tools['store'], {
    get:
      (_, name) =>
      async (...args: unknown[]) =>
        void done.push(name === 'tell' ? args[1] : name),
  })

  await settle(aRevision({}), { containers: [container] } as never, { store }, new AbortController().signal)

  expect(done).toEqual([{ type: 'notice', rule: 'memory', text: said }, 'freeze', 'keep', 'move'])
})
