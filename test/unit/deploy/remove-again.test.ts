import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { anotherController, aWorld, deployed, quiet } from './a-world.ts'
import { expectNothing } from './invariants.ts'
import { healthyAfter } from './makers.ts'

const withData: FakeExtension = { services: { web: { does: healthyAfter(1000) } }, volumes: { data: ['web'] } }
const keep = { volumes: false }
const all = { volumes: true }

describe('volumes', () => {
  test('are kept, with the name’s id, and the next of that name gets them', async () => {
    const world = aWorld({ extensions: { '/hello': withData } })
    const first = await deployed(world, '/hello')
    const volume = `torii-${first.deployment}_data`

    const removal = await world.controller.remove('hello', keep)
    await expectNothing(world)
    const again = await deployed(world, '/hello')

    expect(removal).toEqual({ name: 'hello', volumesKept: [volume], volumesRemoved: [] })
    expect(again).toMatchObject({ deployment: first.deployment, revision: 1, state: 'DEPLOYED' })
    expect([...world.engine.world.volumes.keys()]).toEqual([volume])
    expect(again.plan?.volumes[0]?.engineName).toBe(volume)
  })

  test('are removed when asked', async () => {
    const world = aWorld({ extensions: { '/hello': withData } })
    const { deployment } = await deployed(world, '/hello')

    const removal = await world.controller.remove('hello', all)

    expect(removal).toEqual({ name: 'hello', volumesKept: [], volumesRemoved: [`torii-${deployment}_data`] })
    expect(await world.store.deployment('hello')).toBeNull()
  })

  test('that were kept can be removed later', async () => {
    const world = aWorld({ extensions: { '/hello': withData } })
    const { deployment } = await deployed(world, '/hello')
    await world.controller.remove('hello', keep)

    const removal = await world.controller.remove('hello', all)

    expect(removal.volumesRemoved).toEqual([`torii-${deployment}_data`])
    expect(await world.store.deployments()).toEqual([])
  })

  test('whose removal was cut short are removed by the next server', async () => {
    const world = aWorld({ extensions: { '/hello': withData } })
    const { deployment } = await deployed(world, '/hello')
    await world.controller.remove('hello', keep)
    await world.store.change(deployment, { wanted: 'removed_with_volumes' })

    await anotherController(world).recover()
    await quiet(world)

    expect([...world.engine.world.volumes]).toEqual([])
    expect(await world.store.deployments()).toEqual([])
  })
})

describe('rm while the engine is away', () => {
  const dead = async () => {
    const world = aWorld({ extensions: { '/hello': withData } })
    await deployed(world, '/hello')
    world.engine.world.die()
    const failed = await world.controller.remove('hello', keep).catch((error) => error.trouble.reason)
    return { world, failed }
  }

  test('says so, has the routes closed, and is done when it is back', async () => {
    const { world, failed } = await dead()
    const routes = world.proxy.published()

    world.engine.world.comeBack()
    await world.clock.sleep(60_000)

    expect(failed).toBe('engine_unreachable')
    expect(routes).toEqual([])
    await expectNothing(world)
  })

  test('can be asked for again, and is answered the same', async () => {
    const { world } = await dead()

    await expect(world.controller.remove('hello', keep)).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable' } })
    world.engine.world.comeBack()
    await world.clock.sleep(60_000)

    await expectNothing(world)
  })

  test.each(['stop', 'start'] as const)('it cannot be taken back by %s', async (what) => {
    const { world } = await dead()

    await expect(world.controller[what]('hello')).rejects.toMatchObject({ trouble: { reason: 'not_found' } })
  })

  test('nothing else can be deployed under its name meanwhile', async () => {
    const { world } = await dead()
    world.engine.world.comeBack()
    world.engine.stop = () => world.clock.sleep(3_600_000)

    await expect(world.controller.submit({ path: '/hello' })).rejects.toMatchObject({ trouble: { reason: 'busy' } })
  })
})

test('a stop that comes while it is being removed does not bring its name back', async () => {
  const world = aWorld({ extensions: { '/hello': withData } })
  await deployed(world, '/hello')
  const stop = world.engine.stop
  world.engine.stop = async (ref, options) => {
    await world.clock.sleep(10_000)
    return stop(ref, options)
  }

  const removal = world.controller.remove('hello', keep)
  await world.clock.sleep(1000)
  const refused = await world.controller.stop('hello').catch((error) => error.trouble.reason)
  await removal

  expect(refused).toBe('not_found')
  await expectNothing(world)
})
