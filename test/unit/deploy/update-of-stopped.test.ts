import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { anotherController, aWorld, deployed, newest, quiet, settled, until, type World } from './a-world.ts'
import { healthyAfter, unhealthyAfter } from './makers.ts'

const one: FakeExtension = { services: { web: { restart: 'always', does: healthyAfter(1000) } } }
const withData: FakeExtension = { ...one, volumes: { data: ['web'] } }

async function live(next: FakeExtension = one, first: FakeExtension = one): Promise<World> {
  const world = aWorld({ extensions: { '/hello': first, '/hello@2': { ...next, name: 'hello' } } })
  await deployed(world, '/hello')
  return world
}

const leads = ({ proxy }: World) =>
  proxy
    .published()
    .filter(({ candidate }) => candidate === null)
    .map(({ ref, to }) => `${ref.revision} ${[to].flat().join()}`)
const page = ['1 stopped', '1 stopped']

async function running(world: World, revision = 1): Promise<string[]> {
  const { deployment } = await newest(world, 'hello')
  return world.engine.world.running({ deployment, revision })
}

describe.each([
  ['beside', one, 'http://10.213.0.50:8000'],
  ['in place', withData, 'http://10.213.0.50:8000'],
])('an update of a stopped deployment, %s', (_, extension, address) => {
  const bad: FakeExtension = { ...extension, services: { web: { does: unhealthyAfter(2000) } } }

  test('that passes runs, and serves', async () => {
    const world = await live(extension, extension)
    await world.controller.stop('hello')

    const revision = await deployed(world, '/hello@2')

    expect(revision).toMatchObject({ revision: 2, state: 'DEPLOYED' })
    expect(await world.store.deployment('hello')).toMatchObject({ wanted: 'running', live: 2, open: 2 })
    expect(leads(world)).toEqual([`2 ${address}`, `2 ${address}`])
  })

  test('that fails leaves it stopped', async () => {
    const world = await live(bad, extension)
    await world.controller.stop('hello')
    const before = await world.store.deployment('hello')

    const revision = await deployed(world, '/hello@2')

    expect(revision.state).toBe('FAILED')
    expect(await world.store.deployment('hello')).toEqual(before)
    expect(await running(world)).toEqual([])
    expect(leads(world)).toEqual(page)
  })

  test('says "stopped" until it is open', async () => {
    const world = await live({ ...extension, services: { web: { does: healthyAfter(60_000) } } }, extension)
    await world.controller.stop('hello')

    await world.controller.submit({ path: '/hello@2' })
    await world.clock.sleep(30_000)

    expect(leads(world)).toEqual(page)
  })

  test('goes on after a restart of the server', async () => {
    const world = await live({ ...extension, services: { web: { does: healthyAfter(60_000) } } }, extension)
    await world.controller.stop('hello')
    await world.controller.submit({ path: '/hello@2' })
    await world.clock.sleep(30_000)

    await world.controller.close()
    await anotherController(world).recover()
    const revision = await settled(world, 'hello')

    expect(revision).toMatchObject({ state: 'DEPLOYED', failure: null })
    expect(await running(world, 2)).toEqual(['web'])
  })
})

test.each(['stop first', 'submit first'])('a stop and an update at the same moment leave nothing half done (%s)', async (order) => {
  const world = await live()
  const [stop, submit] = [() => world.controller.stop('hello'), () => world.controller.submit({ path: '/hello@2' })]

  await Promise.allSettled(order === 'stop first' ? [stop(), submit()] : [submit(), stop()])
  const revision = await settled(world, 'hello')

  expect(revision).toMatchObject({ revision: 2, state: 'DEPLOYED' })
})

test('a stop asked for right after DEPLOYED of an update of a stopped one is what counts', async () => {
  const world = await live()
  await world.controller.stop('hello')
  await world.controller.submit({ path: '/hello@2' })
  await until(world, async () => (await newest(world, 'hello')).state === 'DEPLOYED', 1)

  await world.controller.stop('hello')
  await quiet(world)

  expect(await world.store.deployment('hello')).toMatchObject({ wanted: 'stopped', live: 2 })
  expect(await running(world, 2)).toEqual([])
})
