import { describe, expect, test } from 'vitest'
import { allRevisions } from '../../fakes/all-revisions.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, newest, settled, statesOf, told, until, type World } from './a-world.ts'
import { awaiting, healthyAfter, startOfTime, unhealthyAfter } from './makers.ts'

const app: FakeExtension = {
  services: { web: { ...awaiting('db', 'service_healthy'), does: healthyAfter(3000) }, db: { does: healthyAfter(3000) } },
  app: [
    [0, { hop: 'app', status: 503 }],
    [10_000, { hop: 'app', status: 200 }],
  ],
}
const took = ({ settledAt }: { settledAt: string | null }) => Date.parse(settledAt ?? '') - startOfTime

function world(extension = app, next = extension): World {
  return aWorld({
    extensions: { '/hello': extension, '/hello@2': { ...next, name: 'hello' } },
    images: { 'registry.test/web:1': { progress: [[1000, 1, 1]] } },
  })
}

/** Dies at `at` ms of a deployment, and comes back `away` ms later; null: never. */
async function deployedWhile(here: World, path: string, at: number, away: number | null) {
  await here.controller.submit({ path })
  if (at > 0) await here.clock.sleep(at)
  here.engine.world.die()
  if (away !== null) {
    await here.clock.sleep(away)
    here.engine.world.comeBack()
  }
  return settled(here, 'hello')
}

describe('an engine that dies and comes back within a minute', () => {
  test.each([0, 500, 999, 1001, 2500, 4000, 5500, 7000, 7005, 9000, 11_999])('at %i ms only delays', async (at) => {
    const here = world()

    const revision = await deployedWhile(here, '/hello', at, 40_000)

    expect(revision).toMatchObject({ state: 'DEPLOYED', failure: null })
    expect(await statesOf(here)).toEqual(['1 UNINITIALIZED', '1 PULLING_IMAGES', '1 REQUESTED', '1 DEPLOYED'])
    expect(here.engine.world.calls.filter((call) => call.startsWith('start')).length).toBeGreaterThanOrEqual(2)
    expect(await here.engine.containers(revision)).toHaveLength(2)
  })

  test('is said, in a notice or in what each container waits on', async () => {
    const early = world()
    const late = world()

    await deployedWhile(early, '/hello', 500, 5000)
    await deployedWhile(late, '/hello', 2500, 20_000)

    expect((await told(early, 'notice')).map(({ event }) => event.text)).toContain(
      'The container engine does not answer; waiting up to 60 s for it to come back.',
    )
    expect((await told(late, 'verdict')).map(({ event }) => `${event.service} ${event.now} ${event.detail}`)).toContain(
      'db waiting the engine, which does not answer: connect ECONNREFUSED /var/run/docker.sock',
    )
  })

  test('during a start starts that container when it is back', async () => {
    const here = aWorld({ extensions: { '/hello': { services: { web: { does: { startTakes: 0, ...healthyAfter(1000) } } } } } })
    const start = here.engine.start
    let first = true
    here.engine.start = async (id) => {
      if (first) {
        first = false
        here.engine.world.die()
      }
      return start(id)
    }
    await here.controller.submit({ path: '/hello' })
    await here.clock.sleep(30_000)
    here.engine.world.comeBack()

    expect(await settled(here, 'hello')).toMatchObject({ state: 'DEPLOYED' })
  })
})

describe('an engine that does not come back', () => {
  test.each([
    [0, 62_000],
    [500, 62_000],
    [2500, 2 * 180_000 + 70_000],
    [8000, 2 * 180_000 + 2 * 60_000 + 70_000],
  ])('from %i ms on ends in engine_unreachable, in time', async (at, most) => {
    const here = world()

    const revision = await deployedWhile(here, '/hello', at, null)

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'engine_unreachable', service: null } })
    expect(took(revision)).toBeLessThanOrEqual(most)
    expect(await here.store.evidence(revision)).toMatchObject({ containers: expect.any(Array) })
    expect((await here.store.evidence(revision))?.containers.every(({ verdict }) => verdict !== 'passed')).toBe(true)
  })

  test('an update that fails for that leaves the old one routed', async () => {
    const here = world()
    await deployed(here, '/hello')

    const revision = await deployedWhile(here, '/hello@2', 3000, null)

    expect(revision).toMatchObject({ revision: 2, state: 'FAILED', failure: { reason: 'engine_unreachable' } })
    expect(here.proxy.published().map(({ ref }) => ref.revision)).toEqual([1, 1])
  })

  test('and its leftovers are removed when it is back after all', async () => {
    const here = world()
    await deployed(here, '/hello')
    await deployedWhile(here, '/hello@2', 3000, null)

    here.engine.world.comeBack()
    await here.clock.sleep(120_000)

    expect((await here.engine.revisions()).map(({ revision }) => revision)).toEqual([1])
    expect(await allRevisions(here.store, { removed: false })).toHaveLength(1)
  })
})

test('restarts that could not be disarmed are, when the engine is back: nothing loops on after FAILED', async () => {
  const does = { ...unhealthyAfter(2000), crashes: [60_000, 1] as [number, number] }
  const here = aWorld({ extensions: { '/hello': { services: { web: { does, restart: 'always' } } } } })
  const { rearm } = here.engine
  here.engine.rearm = (...given) => {
    here.engine.rearm = rearm
    here.engine.world.die()
    return rearm(...given)
  }
  const revision = await deployed(here, '/hello')

  here.engine.world.comeBack()
  await here.clock.sleep(300_000)

  expect(revision.state).toBe('FAILED')
  expect((await here.engine.containers(revision)).map(({ state, restartCount }) => [state, restartCount])).toEqual([['exited', 0]])
})

describe('an engine that dies when everything has passed', () => {
  test('and the old revision cannot be removed: it is, when the engine is back, and the new one stays DEPLOYED', async () => {
    const here = world()
    await deployed(here, '/hello')
    const stop = here.engine.stop
    here.engine.stop = async (ref, options) => {
      here.engine.world.die()
      here.engine.stop = stop
      return stop(ref, options)
    }
    await here.controller.submit({ path: '/hello@2' })
    await until(here, async () => (await newest(here, 'hello')).state === 'DEPLOYED')
    await here.clock.sleep(20_000)
    here.engine.world.comeBack()
    await here.clock.sleep(60_000)

    expect(await newest(here, 'hello')).toMatchObject({ revision: 2, state: 'DEPLOYED', failure: null })
    expect((await here.engine.revisions()).map(({ revision }) => revision)).toEqual([2])
    expect((await here.store.evidence(await newest(here, 'hello')))?.containers.map(({ verdict }) => verdict)).toEqual(['passed', 'passed'])
    expect(here.logged.filter((line) => line.startsWith('error'))).toEqual([])
  })

  test('at the last look is waited for: nothing is DEPLOYED on what was seen before', async () => {
    const here = aWorld({ extensions: { '/tool-it': { services: { web: {} } } } })
    await here.controller.submit({ path: '/tool-it' })
    await here.clock.sleep(500)
    here.engine.world.die()
    await here.clock.sleep(10_000)
    const during = (await newest(here, 'tool-it')).state
    here.engine.world.comeBack()

    const revision = await settled(here, 'tool-it')

    expect(during).toBe('REQUESTED')
    expect(revision.state).toBe('DEPLOYED')
  })

  describe('while an old revision is being brought back', () => {
    const data = { volumes: { data: ['db'] } }
    const ill: FakeExtension = { ...app, ...data, services: { ...app.services, db: { does: unhealthyAfter(2000) } } }

    /** An update in place that fails, and the engine dies as soon as its evidence is frozen. */
    async function failing(): Promise<World> {
      const here: World = aWorld({
        extensions: { '/hello': { ...app, ...data }, '/hello@2': { ...ill, name: 'hello' } },
        through: (ports) => ({
          ...ports,
          store: {
            ...ports.store,
            freeze: async (ref, evidence) => {
              if (evidence.trouble) here.engine.world.die()
              return ports.store.freeze(ref, evidence)
            },
          },
        }),
      })
      await deployed(here, '/hello')
      await here.controller.submit({ path: '/hello@2' })
      return here
    }

    test('is waited for, and the old one serves again', async () => {
      const here = await failing()
      await here.clock.sleep(30_000)
      here.engine.world.comeBack()

      const revision = await settled(here, 'hello')

      expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_unhealthy', service: 'db' } })
      expect(revision.failure?.sentence).not.toContain('did not come back')
      expect(here.engine.world.running({ ...revision, revision: 1 }).toSorted()).toEqual(['db', 'web'])
      expect(here.proxy.published().map(({ ref, to }) => [ref.revision, Array.isArray(to)])).toEqual([
        [1, true],
        [1, true],
      ])
    })

    test('for good, the failure says both', async () => {
      const { failure } = await settled(await failing(), 'hello')

      expect(failure).toMatchObject({ reason: 'container_unhealthy', service: 'db' })
      expect(failure?.sentence).toContain('; and the revision before it did not come back (engine_unreachable: connect ECONNREFUSED')
    })
  })
})
