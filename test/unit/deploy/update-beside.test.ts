import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, newest, quiet, settled, statesOf, until, type World } from './a-world.ts'
import { healthyAfter, undecided, unhealthyAfter } from './makers.ts'

const one: FakeExtension = { services: { web: { does: healthyAfter(1000) } } }

/** hello, deployed, and what may follow it. */
async function live(next: FakeExtension = one): Promise<World> {
  const world = aWorld({ extensions: { '/hello': one, '/hello@2': { name: 'hello', ...next } } })
  await deployed(world, '/hello')
  return world
}

/** Everything that can be seen of revision 1 and of the deployment. */
async function picture({ store, engine, proxy, extensions }: World) {
  const deployment = await store.deployment('hello')
  const ref = { deployment: deployment?.id ?? '', revision: 1 }
  return {
    deployment,
    revision: await store.revision(ref),
    containers: await engine.containers(ref),
    networks: [...engine.world.networks],
    routes: proxy.published(),
    files: [...extensions.files],
    revisions: await engine.revisions(),
    ports: await store.heldPorts(),
  }
}

describe('an update', () => {
  test('leaves the old one serving until the new one has passed, and removes it after', async () => {
    const world = await live({ services: { web: { does: healthyAfter(30_000) } } })

    await world.controller.submit({ path: '/hello@2' })
    await world.clock.sleep(29_000)
    const { deployment: id } = await newest(world, 'hello')
    const during = {
      routes: world.proxy
        .served()
        .filter(({ candidate }) => candidate === null)
        .map(({ ref }) => ref.revision),
      running: world.engine.world.running({ deployment: id, revision: 1 }),
    }
    const revision = await settled(world, 'hello')

    expect(during).toEqual({ routes: [1, 1], running: ['web'] })
    expect(revision).toMatchObject({ revision: 2, state: 'DEPLOYED' })
    expect(world.proxy.published().map(({ ref }) => ref.revision)).toEqual([2, 2])
    expect(await world.engine.revisions()).toEqual([{ deployment: id, revision: 2 }])
    expect([...world.extensions.files]).toEqual(['r2 config'])
    expect(await world.store.revision({ deployment: id, revision: 1 })).toMatchObject({ state: 'DEPLOYED', removed: true })
    expect(await world.store.deployment('hello')).toMatchObject({ live: 2, open: 2 })
  })

  test('keeps name, id and port', async () => {
    const world = await live()
    const before = await newest(world, 'hello')

    const after = await deployed(world, '/hello@2')

    expect([after.deployment, after.port]).toEqual([before.deployment, before.port])
  })

  test('stops the old one’s containers before it removes them', async () => {
    const world = await live()
    const since = world.engine.world.calls.length

    await deployed(world, '/hello@2')

    const calls = world.engine.world.calls.slice(since)
    expect(calls.slice(-2)).toEqual(['stop r1', 'remove r1'])
  })

  test('right after DEPLOYED, while the old one is still being removed, another one works', async () => {
    const world = await live()
    const stop = world.engine.stop
    world.engine.stop = async (ref, options) => {
      await world.clock.sleep(25_000)
      return stop(ref, options)
    }
    await world.controller.submit({ path: '/hello@2' })
    await until(world, async () => (await newest(world, 'hello')).state === 'DEPLOYED', 10)

    await world.controller.submit({ path: '/hello' })
    const revision = await settled(world, 'hello')
    await until(world, async () => (await world.engine.revisions()).length === 1)

    expect(revision).toMatchObject({ revision: 3, state: 'DEPLOYED' })
    expect((await statesOf(world)).slice(-1)).toEqual(['3 DEPLOYED'])
    expect((await world.engine.revisions()).map(({ revision }) => revision)).toEqual([3])
  })
})

test('an old one that cannot be removed holds up nobody', async () => {
  const world = await live()
  const remove = world.engine.remove
  world.engine.remove = (ref) => (ref.revision === 1 ? Promise.reject(new Error('stuck in removing')) : remove(ref))

  const second = await deployed(world, '/hello@2')
  await world.clock.sleep(100_000)
  const third = await deployed(world, '/hello')

  expect([second.state, third.state]).toEqual(['DEPLOYED', 'DEPLOYED'])
  expect((await world.engine.revisions()).map(({ revision }) => revision)).toEqual([1, 3])
  world.engine.remove = remove
  await world.clock.sleep(60_000)
  expect((await world.engine.revisions()).map(({ revision }) => revision)).toEqual([3])
})

describe('an update that fails leaves everything exactly as it was', () => {
  test.each<[string, FakeExtension, string]>([
    ['its image is missing', { services: { web: { pulls: { pullPolicy: 'never', ref: 'gone' } } } }, 'image_not_found'],
    ['it has no port', { ...one, route: null }, 'no_route'],
    ['its start fails', { services: { web: { does: { startFails: 'no such device' } } } }, 'start_failed'],
    ['it is unhealthy', { services: { web: { does: unhealthyAfter(1000) } } }, 'container_unhealthy'],
    ['it is never healthy', { services: { web: { does: undecided } } }, 'health_timeout'],
    ['it crashes', { services: { web: { does: { crashes: [10, 3] } } }, app: [[0, { hop: 'app', status: 503 }]] }, 'container_exited'],
    ['it loops', { services: { web: { restart: 'always', does: { ...undecided, crashes: [1000, 3] } } } }, 'crash_loop'],
    ['it answers 404', { ...one, app: [[0, { hop: 'app', status: 404 }]] }, 'app_status'],
    [
      'its side dies during the probe',
      { services: { web: {}, side: { does: { crashes: [5000, 1] } } }, app: [[0, { hop: 'app', status: 503 }]] },
      'container_exited',
    ],
  ])('%s', async (_, next, reason) => {
    const world = await live(next)
    const before = await picture(world)

    const revision = await deployed(world, '/hello@2')

    expect(revision).toMatchObject({ revision: 2, state: 'FAILED', failure: { reason }, removed: true, candidate: null })
    expect(await picture(world)).toEqual(before)
    expect(await world.store.evidence(revision)).not.toBeNull()
  })

  test('and so does one after another', async () => {
    const world = await live({ services: { web: { does: unhealthyAfter(1000) } } })
    const before = await picture(world)

    await deployed(world, '/hello@2')
    await deployed(world, '/hello@2')
    await deployed(world, '/hello@2')

    expect(await picture(world)).toEqual(before)
    expect((await statesOf(world)).filter((state) => /FAILED|DEPLOYED/.test(state))).toEqual(['1 DEPLOYED', '2 FAILED', '3 FAILED', '4 FAILED'])
  })

  test('what is kept of it says what its containers looked like', async () => {
    const world = await live({ services: { web: { does: { ...unhealthyAfter(1000), logs: ['no database'] } } } })

    const revision = await deployed(world, '/hello@2')

    const evidence = await world.store.evidence(revision)
    expect(evidence?.containers).toMatchObject([{ service: 'web', state: 'running', health: 'unhealthy', verdict: 'failed', logs: 'no database\n' }])
  })
})

describe('a first deployment that fails', () => {
  test('stays for inspection without a route, and the next one removes it', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: { does: unhealthyAfter(1000) } } }, '/hello@2': { ...one, name: 'hello' } } })

    const failed = await deployed(world, '/hello')
    const kept = await world.engine.containers(failed)
    await quiet(world)
    const routes = world.proxy.published()
    await deployed(world, '/hello@2')

    expect(kept.map(({ service, state }) => `${service} ${state}`)).toEqual(['web running'])
    expect(routes).toEqual([])
    expect(await world.engine.containers(failed)).toEqual([])
    expect(await world.store.revision(failed)).toMatchObject({ removed: true })
  })

  test('twice: only the newest stays', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: { does: unhealthyAfter(1000) } } } } })

    await deployed(world, '/hello')
    await deployed(world, '/hello')

    expect((await world.engine.revisions()).map(({ revision }) => revision)).toEqual([2])
  })
})

test('of revisions that are removed the last twenty stay on record', async () => {
  const world = aWorld({ extensions: { '/hello': { services: { web: {} } } } })
  for (let number = 1; number <= 23; number++) await deployed(world, '/hello')

  const numbers = (await world.controller.revisions('hello')).map(({ revision }) => revision)
  expect(numbers).toEqual(Array.from({ length: 21 }, (_, at) => at + 3))
  expect(await world.controller.get('hello')).toMatchObject({ live: 23, latest: { revision: 23 } })
})
