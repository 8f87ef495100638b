import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import type { FakeApp } from '../../fakes/proxy.ts'
import { anotherController, aWorld, newest, settled, statesOf, type World } from './a-world.ts'
import { healthyAfter, startOfTime, undecided } from './makers.ts'

const took = ({ settledAt }: { settledAt: string | null }) => Date.parse(settledAt ?? '') - startOfTime

/** The server is closed at `from` ms of the deployment, and another one begins at `to`. */
async function takenOver(extension: FakeExtension, from: number, to: number, name = 'tool-it'): Promise<World> {
  const world = aWorld({ extensions: { [`/${name}`]: extension } })
  await world.controller.submit({ path: `/${name}` })
  await world.clock.sleep(from)
  await world.controller.close()
  await world.clock.sleep(to - from)
  world.controller = anotherController(world)
  await world.controller.recover()
  return world
}

describe('a server that closes', () => {
  test('lets go at once and marks nothing FAILED', async () => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: undecided } } } } })
    await world.controller.submit({ path: '/tool-it' })
    await world.clock.sleep(60_000)
    const since = world.clock.monotonic()

    await world.controller.close()

    expect(world.clock.monotonic() - since).toBe(0)
    expect((await newest(world, 'tool-it')).state).toBe('REQUESTED')
    await world.clock.sleep(600_000)
    expect((await newest(world, 'tool-it')).state).toBe('REQUESTED')
  })

  test('takes no more work', async () => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: {} } } } })

    await world.controller.close()

    await expect(world.controller.submit({ path: '/tool-it' })).rejects.toThrow('shutting down')
    expect(await world.store.deployments()).toEqual([])
  })

  test('leaves what is being admitted to the next one', async () => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: {} } } } })

    const submitted = world.controller.submit({ path: '/tool-it' })
    await world.controller.close()
    await submitted
    await world.clock.sleep(60_000)

    expect((await newest(world, 'tool-it')).state).toBe('UNINITIALIZED')
  })
})

describe('a server that takes over phase 1 waits no longer than is left', () => {
  const gate = (at: number): FakeExtension => ({ services: { web: { does: at === 0 ? undecided : healthyAfter(at) } } })

  test.each<[string, number, number, number, string, number]>([
    ['healthy in time', 170_000, 100_000, 130_000, 'DEPLOYED', 170_000],
    ['too late: 180 s from the beginning, not from the take-over', 200_000, 100_000, 130_000, 'FAILED', 180_000],
    ['never, taken over at once', 0, 100_000, 100_000, 'FAILED', 180_000],
    ['became healthy meanwhile', 110_000, 100_000, 130_000, 'DEPLOYED', 130_000],
    ['nobody was there at the deadline, and it is healthy by now', 200_000, 100_000, 500_000, 'DEPLOYED', 500_000],
    ['nobody was there at the deadline, and it is not', 0, 100_000, 500_000, 'FAILED', 500_000],
  ])('%s', async (_, at, from, to, state, end) => {
    const world = await takenOver(gate(at), from, to)

    const revision = await settled(world, 'tool-it')

    expect(revision.state).toBe(state)
    expect(took(revision)).toBe(end)
    expect(await statesOf(world)).toEqual(['1 UNINITIALIZED', '1 PULLING_IMAGES', '1 REQUESTED', `1 ${state}`])
  })

  test('several take-overs change nothing', async () => {
    const world = await takenOver(gate(0), 50_000, 60_000)
    for (const pause of [30_000, 30_000, 30_000]) {
      await world.clock.sleep(pause)
      await world.controller.close()
      world.controller = anotherController(world)
      await world.controller.recover()
    }

    expect(took(await settled(world, 'tool-it'))).toBe(180_000)
  })

  test('when the wall clock was set back it is not endless', async () => {
    const world = await takenOver(gate(0), 100_000, 100_000)
    const { deployment, revision, begun } = await newest(world, 'tool-it')
    await world.controller.close()
    await world.store.keep({ deployment, revision }, { begun: { ...begun, 'web/1': world.clock.now() + 3_600_000 } })
    const since = world.clock.monotonic()
    await anotherController(world).recover()

    await settled(world, 'tool-it')

    expect(world.clock.monotonic() - since).toBeLessThanOrEqual(181_000)
  })

  test('a container that ended while nobody was there has ended', async () => {
    const world = await takenOver({ services: { web: { does: { ...undecided, crashes: [110_000, 3] } } } }, 100_000, 120_000)

    expect(await settled(world, 'tool-it')).toMatchObject({ state: 'FAILED', failure: { reason: 'container_exited' } })
  })

  test('a container that somebody removed while nobody was there is made again', async () => {
    const world = await takenOver({ services: { web: { does: healthyAfter(10_000) } } }, 5000, 5000)
    await world.controller.close()
    world.engine.world.lose('web')
    world.controller = anotherController(world)
    await world.controller.recover()

    expect(await settled(world, 'tool-it')).toMatchObject({ state: 'DEPLOYED' })
  })
})

describe('a server that takes over phase 2 probes no longer than is left', () => {
  const app = (at: number): FakeExtension => {
    const bad: FakeApp[number] = [0, { hop: 'app', status: 503 }]
    return { services: { web: {} }, app: at === 0 ? [bad] : [bad, [at, { hop: 'app', status: 200 }]] }
  }

  test.each<[string, number, number, number, string, number, number]>([
    ['good in time', 50_000, 20_000, 30_000, 'DEPLOYED', 50_000, 51_100],
    ['too late: 60 s from the beginning', 80_000, 20_000, 30_000, 'FAILED', 60_000, 60_000],
    ['never', 0, 20_000, 20_000, 'FAILED', 60_000, 60_000],
    [
      'nobody was there at the deadline, and it is good by now: it is asked until the proxy has the routes',
      100_000,
      20_000,
      300_000,
      'DEPLOYED',
      300_000,
      301_100,
    ],
  ])('%s', async (_, at, from, to, state, least, most) => {
    const world = await takenOver(app(at), from, to, 'hello')

    const revision = await settled(world, 'hello')

    expect(revision.state).toBe(state)
    expect(took(revision)).toBeGreaterThanOrEqual(least)
    expect(took(revision)).toBeLessThanOrEqual(most)
  })

  test('a new secret, and nobody reaches it meanwhile', async () => {
    const world = await takenOver(app(50_000), 20_000, 30_000, 'hello')

    await settled(world, 'hello')

    const open = world.proxy.snapshots.findIndex(({ routes }) => routes.some(({ candidate, to }) => candidate === null && Array.isArray(to)))
    const secrets = new Set(world.proxy.snapshots.slice(0, open).flatMap(({ routes }) => routes.map(({ candidate }) => candidate)))
    expect(world.proxy.snapshots[open]?.at).toBeGreaterThanOrEqual(50_000)
    expect(secrets.size).toBe(3)
  })
})

test('two servers over one record: one of them settles it, once', async () => {
  const world = aWorld({ extensions: { '/hello': { services: { web: { does: healthyAfter(10_000) } } } } })
  await world.controller.submit({ path: '/hello' })
  await world.clock.sleep(5000)
  const other = anotherController(world)
  await other.recover()

  const revision = await settled(world, 'hello')
  await world.clock.sleep(60_000)

  expect(revision.state).toBe('DEPLOYED')
  expect((await statesOf(world)).filter((state) => /DEPLOYED|FAILED/.test(state))).toEqual(['1 DEPLOYED'])
})
