import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { anotherController, aWorld, deployed, newest, settled, type World } from './a-world.ts'
import { healthyAfter, unhealthyAfter } from './makers.ts'

const one: FakeExtension = { services: { web: { restart: 'always', does: healthyAfter(1000) } } }

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
const served = ['1 http://10.213.0.18:8000', '1 http://10.213.0.18:8000']

async function running(world: World, revision = 1): Promise<string[]> {
  const { deployment } = await newest(world, 'hello')
  return world.engine.world.running({ deployment, revision })
}

describe('stop', () => {
  test('closes the routes before it stops the containers, and changes no state', async () => {
    const world = await live()
    const stop = world.engine.stop
    let atStop: string[] = []
    world.engine.stop = async (ref, options) => {
      atStop = leads(world)
      return stop(ref, options)
    }

    const view = await world.controller.stop('hello')

    expect(atStop).toEqual(page)
    expect(await running(world)).toEqual([])
    expect(view).toMatchObject({ wanted: 'stopped', live: 1, latest: { state: 'DEPLOYED' } })
  })

  test('lasts: nothing comes back by itself, also after a restart of the server', async () => {
    const world = await live()
    await world.controller.stop('hello')
    await world.controller.close()

    await anotherController(world).recover()
    await world.clock.sleep(120_000)

    expect(await running(world)).toEqual([])
    expect(leads(world)).toEqual(page)
  })

  test('twice is once', async () => {
    const world = await live()

    await Promise.all([world.controller.stop('hello'), world.controller.stop('hello')])

    expect((await world.controller.stop('hello')).wanted).toBe('stopped')
  })

  test('that the engine did not hear is done when it is back', async () => {
    const world = await live()
    world.engine.world.die()

    await expect(world.controller.stop('hello')).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable' } })
    world.engine.world.comeBack()
    await world.clock.sleep(60_000)

    expect(await running(world)).toEqual([])
    expect(leads(world)).toEqual(page)
  })

  test.each(['nothing', 'another'])('of %s that there is not is not_found', async (name) => {
    const world = await live()

    await expect(world.controller.stop(name)).rejects.toMatchObject({ trouble: { reason: 'not_found' } })
  })
})

describe('start', () => {
  test('runs and routes it again after gate and probe, with its restart policies', async () => {
    const world = await live()
    await world.controller.stop('hello')

    const { deployment, failure } = await world.controller.start('hello')

    expect(failure).toBeNull()
    expect(deployment).toMatchObject({ wanted: 'running', latest: { revision: 1, state: 'DEPLOYED' } })
    expect(await running(world)).toEqual(['web'])
    expect(leads(world)).toEqual(served)
    expect(world.engine.world.calls).toContain('rearm r1')
  })

  test('says what was seen when it does not come up, and lets it run all the same', async () => {
    const extension: FakeExtension = { services: { web: { does: healthyAfter(1000) } } }
    const world = await live(one, extension)
    await world.controller.stop('hello')
    extension.services['web']?.does?.health?.splice(1, 1, [2000, 'unhealthy'])

    const { deployment, failure } = await world.controller.start('hello')

    expect(failure).toMatchObject({ reason: 'container_unhealthy', service: 'web' })
    expect(deployment).toMatchObject({ wanted: 'running', latest: { state: 'DEPLOYED' } })
    expect(leads(world)).toEqual(served)
  })

  test('says so when the route does not answer', async () => {
    const extension: FakeExtension = { ...one, app: [[0, { hop: 'app', status: 200 }]] }
    const world = await live(one, extension)
    await world.controller.stop('hello')
    extension.app?.splice(0, 1, [0, { hop: 'app', status: 500 }])

    const { failure } = await world.controller.start('hello')

    expect(failure).toMatchObject({ reason: 'app_error', service: 'web' })
  })

  test('of one that runs already looks at it, and disturbs nothing', async () => {
    const world = await live()
    const [before] = await world.engine.containers(await newest(world, 'hello'))

    const { failure } = await world.controller.start('hello')

    expect(failure).toBeNull()
    expect((await world.engine.containers(await newest(world, 'hello')))[0]).toEqual(before)
  })

  test('that the engine did not hear leaves it stopped', async () => {
    const world = await live()
    await world.controller.stop('hello')
    world.engine.world.die()

    const { deployment, failure } = await world.controller.start('hello')
    world.engine.world.comeBack()
    await world.clock.sleep(60_000)

    expect(failure).toMatchObject({ reason: 'engine_unreachable' })
    expect(deployment.wanted).toBe('stopped')
    expect(await running(world)).toEqual([])
    expect(leads(world)).toEqual(page)
  })

  test('is called off by a stop', async () => {
    const extension: FakeExtension = { services: { web: { does: healthyAfter(1000) } } }
    const world = await live(one, extension)
    await world.controller.stop('hello')
    extension.services['web']?.does?.health?.splice(1)

    const start = world.controller.start('hello').catch((error) => error.trouble.reason)
    await world.clock.sleep(20_000)
    const view = await world.controller.stop('hello')

    expect(await start).toBe('cancelled')
    expect(view.wanted).toBe('stopped')
    expect(await running(world)).toEqual([])
    expect(leads(world)).toEqual(page)
  })

  test('of one that was never DEPLOYED is not_found and says to deploy again', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: { does: unhealthyAfter(1000) } } } } })
    await deployed(world, '/hello')

    await expect(world.controller.start('hello')).rejects.toMatchObject({ trouble: { reason: 'not_found', fix: 'Deploy it again.' } })
  })

  test.each(['stop', 'start'] as const)('%s of one that is being deployed is busy', async (what) => {
    const world = await live({ services: { web: { does: healthyAfter(50_000) } } })
    await world.controller.submit({ path: '/hello@2' })
    await world.clock.sleep(20_000)

    await expect(world.controller[what]('hello')).rejects.toMatchObject({ trouble: { reason: 'busy' } })

    expect(await settled(world, 'hello')).toMatchObject({ revision: 2, state: 'DEPLOYED' })
  })
})
