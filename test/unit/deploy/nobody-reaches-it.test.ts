import { describe, expect, test } from 'vitest'
import type { Route } from '../../../src/deploy/ports.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { anotherController, aWorld, deployed, settled, told, type World } from './a-world.ts'
import { healthyAfter, startOfTime, undecided, unhealthyAfter } from './makers.ts'

const isPublicTo = (revision: number) => (route: Route) => route.candidate === null && Array.isArray(route.to) && route.ref.revision === revision

/** ms at which the first published snapshot leads anybody to that revision; null: none does. */
function openedAt({ proxy }: World, revision: number): number | null {
  return proxy.snapshots.find(({ routes }) => routes.some(isPublicTo(revision)))?.at ?? null
}

/** ms at which every route of that revision had answered its candidate's probe. */
async function passedAt(world: World, revision: number): Promise<number> {
  const good = (await told(world, 'probe')).filter((each) => each.revision === revision && each.event.hop === 'app' && (each.event.status ?? 999) < 400)
  const first = (route: string) => Date.parse(good.find(({ event }) => event.route === route)?.at ?? '') - startOfTime
  return Math.max(first('path'), first('port'))
}

const app: FakeExtension = {
  services: { web: { does: healthyAfter(2000) } },
  app: [
    [0, { hop: 'app', status: 503 }],
    [4000, { hop: 'app', status: 200 }],
  ],
}

describe('nobody reaches an app that has not passed', () => {
  test('the first: its addresses lead to a page until the probe has passed', async () => {
    const world = aWorld({ extensions: { '/hello': app } })

    await deployed(world, '/hello')

    const opened = openedAt(world, 1) ?? 0
    expect(opened).toBeGreaterThanOrEqual(await passedAt(world, 1))
    const before = world.proxy.snapshots.filter(({ at }) => at < opened).flatMap(({ routes }) => routes)
    expect(before.filter(({ candidate }) => candidate === null).every(({ to }) => to === 'starting')).toBe(true)
  })

  test('the next one: the old one serves until then', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: {} } }, '/hello@2': { ...app, name: 'hello' } } })
    await deployed(world, '/hello')
    const since = world.clock.monotonic()

    await deployed(world, '/hello@2')

    const opened = openedAt(world, 2) ?? 0
    expect(opened).toBeGreaterThanOrEqual(await passedAt(world, 2))
    const between = world.proxy.snapshots.filter(({ at }) => at >= since && at < opened)
    expect(between.length).toBeGreaterThan(0)
    expect(between.every(({ routes }) => routes.filter(isPublicTo(1)).length === 2)).toBe(true)
  })

  test.each<[string, FakeExtension]>([
    ['unhealthy', { services: { web: { does: unhealthyAfter(1000) } } }],
    ['never healthy', { services: { web: { does: undecided } } }],
    ['answering 404', { services: { web: {} }, app: [[0, { hop: 'app', status: 404 }]] }],
    ['crashed during the probe', { services: { web: {}, side: { does: { crashes: [1500, 1] } } }, app: [[0, { hop: 'app', status: 503 }]] }],
  ])('one that is %s is never reached', async (_, extension) => {
    const world = aWorld({ extensions: { '/hello': extension } })

    const revision = await deployed(world, '/hello')

    expect(revision.state).toBe('FAILED')
    expect(openedAt(world, 1)).toBeNull()
    expect(world.proxy.published()).toEqual([])
  })

  test('a tool whose container has failed is not opened for a moment', async () => {
    const extension: FakeExtension = { services: { web: { does: healthyAfter(2000) }, side: { does: { crashes: [1999, 3] } } } }
    const world = aWorld({ extensions: { '/tool-it': extension } })

    await deployed(world, '/tool-it')

    expect(openedAt(world, 1)).toBeNull()
  })

  test('each revision has a secret of its own, which is gone with the end of the probe', async () => {
    const world = aWorld({ extensions: { '/hello': app } })

    await deployed(world, '/hello')
    await deployed(world, '/hello')

    const secrets = new Set(
      world.proxy.snapshots.flatMap(({ routes }) => routes.flatMap(({ ref, candidate }) => (candidate === null ? [] : [`${ref.revision} ${candidate}`]))),
    )
    expect([...secrets].map((secret) => secret.replace(/[0-9a-f]{64}$/, 'secret'))).toEqual(['1 secret', '2 secret'])
    expect(new Set([...secrets].map((secret) => secret.slice(2))).size).toBe(2)
    expect(world.proxy.published().every(({ candidate }) => candidate === null)).toBe(true)
  })
})

describe('opening needs the new revision’s own mark', () => {
  test('the old one, which still answers for a moment, is not taken for it', async () => {
    const world = aWorld({
      extensions: { '/hello': { services: { web: {} } }, '/hello@2': { name: 'hello', services: { web: {} } } },
      proxy: { appliesAfter: 700 },
    })
    await deployed(world, '/hello')

    await deployed(world, '/hello@2')

    const opened = openedAt(world, 2) ?? 0
    const [end] = (await told(world, 'state')).filter(({ revision, event }) => revision === 2 && event.state === 'DEPLOYED')
    expect(Date.parse(end?.at ?? '') - startOfTime).toBeGreaterThanOrEqual(opened + 700)
  })

  test('where the proxy never moves, the revision fails and the old one serves on', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: {} } }, '/hello@2': { name: 'hello', services: { web: {} } } } })
    await deployed(world, '/hello')
    const probe = world.proxy.probe
    world.proxy.probe = async (target, signal) => ({ ...(await probe(target, signal)), ...(target.candidate === null ? { mark: 'old/1' } : {}) })

    const revision = await deployed(world, '/hello@2')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'proxy_unreachable' } })
    expect(revision.failure?.sentence).toContain('another revision answers')
    expect(world.proxy.published().map(({ ref }) => ref.revision)).toEqual([1, 1])
  })
})

test('a tool that has nothing to route to any more leaves no route of the revision before', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: {} } }, '/tool-it@2': { name: 'tool-it', services: { web: {} }, route: null } } })
  await deployed(world, '/tool-it')

  const revision = await deployed(world, '/tool-it@2')

  expect(revision.state).toBe('DEPLOYED')
  expect(world.proxy.published()).toEqual([])
})

test('a tool without a route can be stopped and started and still has none', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: {} }, route: null } } })
  await deployed(world, '/tool-it')

  await world.controller.stop('tool-it')
  const { failure } = await world.controller.start('tool-it')

  expect(failure).toBeNull()
  expect(world.proxy.snapshots.flatMap(({ routes }) => routes)).toEqual([])
})

test('whoever comes first after a start of the server leaves the routes of all others as they are', async () => {
  const extensions = { '/hello': { services: { web: {} } }, '/other': { services: { web: {} } } }
  const world = aWorld({ extensions })
  await deployed(world, '/hello')
  await world.controller.close()
  const next = anotherController(world)
  const since = world.proxy.snapshots.length

  await next.submit({ path: '/other' })
  await world.clock.sleep(5)
  await next.recover()
  await settled({ ...world, controller: next }, 'other')

  const { id } = (await world.store.deployment('hello')) ?? { id: '' }
  const after = world.proxy.snapshots.slice(since)
  expect(after.map(({ routes }) => routes.filter(({ ref }) => ref.deployment === id).length)).toEqual(Array(after.length).fill(2))
})
