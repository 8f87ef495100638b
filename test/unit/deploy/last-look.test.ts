import { describe, expect, test } from 'vitest'
import type { FakeService } from '../../fakes/container.ts'
import type { FakeApp } from '../../fakes/proxy.ts'
import { aWorld, deployed, settled, until, type World } from './a-world.ts'
import { healthyAfter, startOfTime } from './makers.ts'

const took = ({ settledAt }: { settledAt: string | null }) => Date.parse(settledAt ?? '') - startOfTime
const slowApp: FakeApp = [
  [0, { hop: 'app', status: 503 }],
  [20_000, { hop: 'app', status: 200 }],
]

/** A hello whose side does this, and whose app needs 20 s. */
const hello = (does: FakeService, app = slowApp) => ({ '/hello': { services: { web: { does: healthyAfter(1000) }, side: { does } }, app } })

describe('healthy at the gate and then unhealthy (reading 14)', () => {
  const illAt = (at: number): FakeService => ({
    health: [
      [0, 'starting'],
      [500, 'healthy'],
      [at, 'unhealthy'],
    ],
  })

  test.each([
    ['with events: at that moment', false, 9000],
    ['without: at the next look', true, 10_000],
  ])('during phase 2 fails the revision, %s', async (_, deaf, at) => {
    const world = aWorld({ extensions: hello(illAt(9000)), deaf })

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_unhealthy', service: 'side' } })
    expect(took(revision)).toBe(at)
  })

  test('between two looks is seen by the last one, although no event tells of it', async () => {
    const world = aWorld({
      extensions: hello(illAt(21_000), [
        [0, { hop: 'app', status: 503 }],
        [20_000, { hop: 'app', status: 200 }],
      ]),
      deaf: true,
    })

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_unhealthy', service: 'side' } })
    expect(took(revision)).toBeLessThan(22_100)
  })

  test('at the very last moment, while the record is being written, it is not DEPLOYED', async () => {
    const world: World = aWorld({
      extensions: { '/tool-it': { services: { side: { does: healthyAfter(500) } } } },
      through: (ports) => ({
        ...ports,
        store: {
          ...ports.store,
          freeze: async (ref, evidence) => {
            if (evidence.containers[0]?.verdict === 'passed') {
              world.engine.world.lose('side')
              await world.clock.sleep(5)
            }
            return ports.store.freeze(ref, evidence)
          },
        },
      }),
    })

    const revision = await deployed(world, '/tool-it')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_gone' } })
    expect((await world.store.evidence(revision))?.containers[0]).toMatchObject({ state: 'gone', verdict: 'failed' })
  })
})

describe('no HEALTHCHECK: the wait is skipped, but not the look (reading 13)', () => {
  test('crashed during phase 2 fails the revision', async () => {
    const world = aWorld({ extensions: hello({ crashes: [7000, 3] }) })

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_exited', service: 'side' } })
    expect(took(revision)).toBe(7000)
  })

  test('a tool without one must at least run for a second', async () => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: { crashes: [900, 3] } } } } } })

    expect(await deployed(world, '/tool-it')).toMatchObject({ state: 'FAILED', failure: { reason: 'container_exited' } })
  })

  test('a tool that runs is DEPLOYED after that second, also without events', async () => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: {} } } }, deaf: true })

    const revision = await deployed(world, '/tool-it')

    expect(revision.state).toBe('DEPLOYED')
    expect(took(revision)).toBe(1000)
  })

  test('a tool on an engine whose clock is ahead is not held up for longer', async () => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: {} } } } })
    const containers = world.engine.containers
    world.engine.containers = async (ref) => (await containers(ref)).map((each) => ({ ...each, startedAt: each.startedAt && each.startedAt + 3_600_000 }))

    const revision = await deployed(world, '/tool-it')

    expect(revision.state).toBe('DEPLOYED')
    expect(took(revision)).toBe(1000)
  })

  test('an app is not held up by it: it was probed', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: {}, worker: { does: healthyAfter(50) } } } } })

    expect(took(await deployed(world, '/hello'))).toBeLessThan(100)
  })

  test('what runs beside an app without one must run for that second too', async () => {
    const beside = (does: FakeService) => aWorld({ extensions: { '/hello': { services: { web: {}, worker: { does } } } } })

    expect(await deployed(beside({ crashes: [900, 3] }), '/hello')).toMatchObject({
      state: 'FAILED',
      failure: { reason: 'container_exited', service: 'worker' },
    })
    expect(took(await deployed(beside({}), '/hello'))).toBe(1000)
  })
})

describe('one that is just restarting at the last look', () => {
  const restartsAt = (at: number, back: number): FakeService => ({
    exits: [[at, 1]],
    health: [
      [0, 'starting'],
      [back, 'healthy'],
    ],
  })

  test('is given the time to come back', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: {}, side: { restart: 'always', does: restartsAt(2000, 1500) } }, app: slowApp } } })

    const revision = await deployed(world, '/hello')

    expect(revision.state).toBe('DEPLOYED')
  })

  test('but not for ever, and the engine is not asked without a pause', async () => {
    const side: FakeService = {
      exits: [[20_900, 1]],
      health: [
        [0, 'starting'],
        [1000, 'healthy'],
      ],
    }
    const world = aWorld({ extensions: { '/hello': { services: { web: {}, side: { restart: 'always', does: side } }, app: slowApp } } })
    let looks = 0
    const containers = world.engine.containers
    world.engine.containers = (ref) => {
      looks += 1
      return containers(ref)
    }
    await world.controller.submit({ path: '/hello' })
    await until(world, async () => (await world.store.revisions((await world.store.deployment('hello'))?.id ?? ''))[0]?.candidate !== null)
    side.health?.splice(1)

    const revision = await settled(world, 'hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'health_timeout', service: 'side' } })
    expect(revision.failure?.sentence).toContain('it passed and then fell back: still waiting for its health check')
    expect(took(revision)).toBeLessThanOrEqual(2 * 180_000 + 2 * 60_000)
    expect(looks).toBeLessThan(150)
  })
})
