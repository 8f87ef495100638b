import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, newest, settled, told, until, type World } from './a-world.ts'
import { awaiting, healthyAfter, undecided, unhealthyAfter } from './makers.ts'

const data = { volumes: { data: ['db'] } }
const one: FakeExtension = { ...data, services: { web: {}, db: { restart: 'unless-stopped', does: healthyAfter(1000) } } }

async function live(next: FakeExtension = one, first: FakeExtension = one): Promise<World> {
  const world = aWorld({ extensions: { '/hello': first, '/hello@2': { name: 'hello', ...next } } })
  await deployed(world, '/hello')
  return world
}

const running = async (world: World) => {
  const { deployment } = await newest(world, 'hello')
  return [1, 2].map((revision) => world.engine.world.running({ deployment, revision }).toSorted())
}

const publicTo = ({ proxy }: World) =>
  proxy
    .published()
    .filter(({ candidate }) => candidate === null)
    .map(({ ref, to }) => `${ref.revision} ${[to].flat().join()}`)

describe('an update whose services write a volume of the old one (reading 24)', () => {
  test('is told beforehand, before the old one is stopped', async () => {
    const world = await live()
    const stop = world.engine.stop
    let toldBefore: string[] = []
    world.engine.stop = async (ref, options) => {
      if (ref.revision === 1 && toldBefore.length === 0) toldBefore = (await told(world, 'notice')).map(({ event }) => event.text)
      return stop(ref, options)
    }

    await deployed(world, '/hello@2')

    expect(toldBefore).toEqual([
      'Revision 2 takes the place of revision 1, because both use the volume data: nothing serves until it has passed. If it fails, revision 1 is started again.',
      'stopping revision 1',
    ])
  })

  test('never lets both run at the same time', async () => {
    const world = await live({ ...one, services: { web: {}, db: { does: healthyAfter(5000) } } })
    const both: boolean[] = []

    await world.controller.submit({ path: '/hello@2' })
    await until(
      world,
      async () => {
        const [old = [], coming = []] = await running(world)
        both.push(old.length > 0 && coming.length > 0)
        return (await newest(world, 'hello')).state === 'DEPLOYED'
      },
      50,
    )

    expect(both).not.toContain(true)
    expect(both.length).toBeGreaterThan(50)
  })

  test('never lets both run, also when a container is still being started as another one fails', async () => {
    const world = await live({ ...one, services: { web: { does: { startTakes: 10_000 } }, db: { does: unhealthyAfter(2000) } } })
    const both: boolean[] = []

    await world.controller.submit({ path: '/hello@2' })
    await until(
      world,
      async () => {
        const [old = [], coming = []] = await running(world)
        both.push(old.length > 0 && coming.length > 0)
        return (await newest(world, 'hello')).state === 'FAILED'
      },
      100,
    )

    expect(both).not.toContain(true)
    expect(await running(world)).toEqual([['db', 'web'], []])
  })

  test('shows a page meanwhile, stops the old one without removing it, and removes it when the new one has passed', async () => {
    const world = await live({ ...one, services: { web: {}, db: { does: healthyAfter(5000) } } })

    await world.controller.submit({ path: '/hello@2' })
    await world.clock.sleep(4000)
    const during = {
      routes: publicTo(world),
      old: (await world.engine.containers({ ...(await newest(world, 'hello')), revision: 1 })).map(({ state }) => state),
    }
    const revision = await settled(world, 'hello')

    expect(during).toEqual({ routes: ['2 starting', '2 starting'], old: ['exited', 'exited'] })
    expect(revision).toMatchObject({ revision: 2, state: 'DEPLOYED' })
    expect((await world.engine.revisions()).map((each) => each.revision)).toEqual([2])
    expect([...world.engine.world.volumes.keys()]).toEqual([`torii-${revision.deployment}_data`])
  })

  test('as the extension asks for it says so', async () => {
    const world = await live({ services: { web: {} }, settings: { update: { strategy: 'in_place' } } }, { services: { web: {} } })

    await deployed(world, '/hello@2')

    expect((await told(world, 'notice')).map(({ event }) => event.text)).toEqual([
      expect.stringContaining('takes the place of revision 1, as the extension asks:'),
      'stopping revision 1',
    ])
  })
})

describe('an update in place that fails', () => {
  const ill: FakeExtension = { ...one, services: { web: {}, db: { does: unhealthyAfter(2000) } } }

  test.each<[string, FakeExtension, string]>([
    ['unhealthy', ill, 'container_unhealthy'],
    ['never healthy', { ...one, services: { web: {}, db: { does: undecided } } }, 'health_timeout'],
    ['answers 500', { ...one, app: [[0, { hop: 'app', status: 500 }]] }, 'app_error'],
    ['its start fails', { ...one, services: { web: {}, db: { does: { startFails: 'no such device' } } } }, 'start_failed'],
  ])('(%s) leaves the old one running and routed again, and nothing of itself', async (_, next, reason) => {
    const world = await live(next)

    const revision = await deployed(world, '/hello@2')

    expect(revision).toMatchObject({ revision: 2, state: 'FAILED', failure: { reason }, removed: true })
    expect(revision.failure?.sentence).not.toContain('did not come back')
    expect(await running(world)).toEqual([['db', 'web'], []])
    expect(publicTo(world)).toEqual(['1 http://10.213.0.18:8000', '1 http://10.213.0.18:8000'])
    expect(await world.store.deployment('hello')).toMatchObject({ live: 1, open: 1, wanted: 'running' })
    expect((await world.engine.revisions()).map((each) => each.revision)).toEqual([1])
  })

  test('gives the old one its restart policies back', async () => {
    const world = await live(ill)

    await deployed(world, '/hello@2')

    const rearmed = world.engine.world.calls.filter((call) => call.startsWith('rearm'))
    expect(rearmed).toEqual(['rearm r1'])
  })

  test('starts the old one in the order its dependencies ask for', async () => {
    const world = await live(
      { ...ill, volumes: { data: ['db'] } },
      { ...one, services: { web: { ...awaiting('db', 'service_healthy') }, db: { does: healthyAfter(1000) } } },
    )
    const since = world.engine.world.calls.length

    await deployed(world, '/hello@2')

    const starts = world.engine.world.calls.slice(since).filter((call) => call.startsWith('start'))
    expect(starts.slice(-2)).toEqual(['start db', 'start web'])
    expect(await running(world)).toEqual([['db', 'web'], []])
  })

  test('and whose old one takes long to start again waits for it', async () => {
    const slow: FakeExtension = { ...one, services: { web: {}, db: { does: { ...healthyAfter(1000), startTakes: 12_000 } } } }
    const world = await live(ill, slow)

    const revision = await deployed(world, '/hello@2')

    expect(revision.failure?.sentence).not.toContain('did not come back')
    expect(await running(world)).toEqual([['db', 'web'], []])
  })

  test('and whose old one does not come back says both in one sentence', async () => {
    const world = await live(ill)
    const start = world.engine.start
    world.engine.start = async (container) => {
      const old = (await world.engine.container(container.id))?.startedAt !== null
      if (old) throw Object.assign(new Error('no'), {})
      return start(container)
    }

    const { failure } = await deployed(world, '/hello@2')

    expect(failure).toMatchObject({ reason: 'container_unhealthy', service: 'db' })
    expect(failure?.sentence).toMatch(/^db is unhealthy: .*; and the revision before it did not come back \(internal: \)\.$/)
  })

  test('and whose old one falls ill says why', async () => {
    const again: FakeExtension = {
      ...one,
      services: {
        web: {},
        db: {
          does: {
            health: [
              [0, 'starting'],
              [1000, 'healthy'],
            ],
            exits: [
              [1e9, 0],
              [500, 3],
            ],
          },
        },
      },
    }
    const world = await live(ill, again)

    const { failure } = await deployed(world, '/hello@2')

    expect(failure?.sentence).toMatch(
      /^db is unhealthy: the health check of db, `.+`, failed with exit code 1: unhealthy; db printed nothing; and the revision before it did not come back \(container_exited of db: exit code 3\)\.$/,
    )
  })

  test('does not run a one-shot of the old one twice', async () => {
    const services: FakeExtension['services'] = {
      web: { ...awaiting('init', 'service_completed_successfully') },
      init: { does: { exits: [[100, 0]] } },
      db: { does: healthyAfter(1000) },
    }
    const world = await live(ill, { ...one, services })
    const since = world.engine.world.calls.length

    await deployed(world, '/hello@2')

    expect(world.engine.world.calls.slice(since).filter((call) => call === 'start init')).toEqual([])
    expect(await running(world)).toEqual([['db', 'web'], []])
  })
})
