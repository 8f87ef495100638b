import { expect, test } from 'vitest'
import { aWorld, deployed } from './a-world.ts'
import { healthyAfter } from './makers.ts'

const hello = { '/hello': { services: { web: { does: healthyAfter(500) }, worker: {} } } }

test('what the live revision’s containers are at the moment that somebody asks', async () => {
  const world = aWorld({ extensions: hello })
  await deployed(world, '/hello')
  const before = await world.controller.containers('hello')

  world.engine.world.lose('worker')
  const after = await world.controller.containers('hello')

  expect(before.map(({ service, state, verdict }) => [service, state, verdict])).toEqual([
    ['web', 'running', 'passed'],
    ['worker', 'running', 'skipped'],
  ])
  expect(after[1]).toMatchObject({ revision: 1, service: 'worker', state: 'gone', verdict: 'failed' })
  expect((await world.controller.revision('hello', null)).state).toBe('DEPLOYED')
})

test('nothing should run of what is stopped or failed', async () => {
  const world = aWorld({ extensions: { ...hello, '/bad': { services: { web: { does: { crashes: [10, 1] } } } } } })
  await deployed(world, '/hello')
  await world.controller.stop('hello')
  await deployed(world, '/bad')

  expect([await world.controller.containers('hello'), await world.controller.containers('bad')]).toEqual([[], []])
})
