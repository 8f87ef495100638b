import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

test('every replica passes on its own, and requests reach all of them', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('passing'), { name: 'many' })
  const bodies: string[] = []
  for (let turn = 0; turn < 12; turn++) bodies.push((await world.fetch(document.urls[turn % 2] ?? '')).body)

  expect(exit, document.failure?.sentence).toBe(0)
  expect(document.containers.map(({ service, replica, verdict }) => [service, replica, verdict])).toEqual([
    ['web', 1, 'passed'],
    ['web', 2, 'passed'],
    ['web', 3, 'passed'],
  ])
  for (const { attempts } of document.containers) expect(attempts.at(-1)?.exit).toBe(0)
  expect(new Set(bodies).size).toBe(3)
})

test('one ill replica fails them all', async ({ world }) => {
  const deployed = await world.deploy(folder('one-ill'))

  expectFailure(deployed, { exit: 5, reason: 'container_unhealthy', service: 'web', says: /^web is unhealthy/ })
  expect(deployed.document.containers.filter(({ verdict }) => verdict === 'failed')).toHaveLength(1)
})
