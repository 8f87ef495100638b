import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, newest, settled, statesOf, until } from './a-world.ts'
import { healthyAfter, unhealthyAfter } from './makers.ts'

const slow: FakeExtension = { services: { web: { does: healthyAfter(50_000) } } }

describe('a deployment that is being deployed', () => {
  test.each([
    ['the pull', 1000],
    ['the gate', 20_000],
  ])('is busy, during %s', async (_, after) => {
    const image = { progress: [[10_000, 1, 1]] as [number, number, number][] }
    const world = aWorld({ extensions: { '/hello': slow }, images: { 'registry.test/web:1': image } })
    await world.controller.submit({ path: '/hello' })
    await world.clock.sleep(after)

    await expect(world.controller.submit({ path: '/hello' })).rejects.toMatchObject({ trouble: { reason: 'busy' } })

    expect(await settled(world, 'hello')).toMatchObject({ revision: 1, state: 'DEPLOYED' })
  })

  test('can be deployed again as soon as it has settled', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: { does: unhealthyAfter(1000) } } } } })
    await world.controller.submit({ path: '/hello' })
    await until(world, async () => (await newest(world, 'hello')).state === 'FAILED', 1)

    await world.controller.submit({ path: '/hello' })

    expect(await settled(world, 'hello')).toMatchObject({ revision: 2, state: 'FAILED' })
  })
})

test.each([
  ['new', false],
  ['known', true],
])('of a hundred submits of one %s name at once, one wins and the others are busy', async (_, known) => {
  const world = aWorld({ extensions: { '/hello': { services: { web: {} } } } })
  if (known) await deployed(world, '/hello')

  const results = await Promise.allSettled(Array.from({ length: 100 }, () => world.controller.submit({ path: '/hello' })))
  await settled(world, 'hello')

  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.trouble.reason] : []))
  expect(refused).toEqual(Array(99).fill('busy'))
  expect(await world.store.deployments()).toHaveLength(1)
  expect((await statesOf(world)).filter((state) => state.endsWith('DEPLOYED'))).toHaveLength(known ? 2 : 1)
  expect(await world.engine.revisions()).toHaveLength(1)
})

test('fifty deployments at once all settle, each by itself', async () => {
  const names = Array.from({ length: 50 }, (_, at) => `hello${at}`)
  const extensions = Object.fromEntries(
    names.map((name) => [`/${name}`, { services: { web: { does: healthyAfter(2000) } }, settings: { routing: 'path' } as const }]),
  )
  const world = aWorld({ extensions })

  await Promise.all(names.map((name) => world.controller.submit({ path: `/${name}` })))
  for (const name of names) await settled(world, name)

  expect((await world.controller.list()).map(({ latest }) => latest?.state)).toEqual(Array(50).fill('DEPLOYED'))
  expect(world.proxy.published()).toHaveLength(50)
  expect(new Set(world.proxy.published().flatMap(({ to }) => to)).size).toBe(50)
})

test('how many checked containers start elsewhere is known to those that come: they share the budget of fast start', async () => {
  const starting: number[] = []
  const extensions = {
    '/one': { services: { web: { does: healthyAfter(5000) }, db: { does: healthyAfter(5000) }, worker: {} } },
    '/two': { services: { web: {} } },
  }
  const world = aWorld({
    extensions,
    through: (ports) => ({
      ...ports,
      extensions: {
        ...ports.extensions,
        rewrite: (input) => {
          starting.push(input.starting)
          return ports.extensions.rewrite(input)
        },
      },
    }),
  })

  await world.controller.submit({ path: '/one' })
  await world.clock.sleep(1000)
  await deployed(world, '/two')
  await settled(world, 'one')
  await deployed(world, '/two')

  expect(starting).toEqual([0, 2, 0])
})
