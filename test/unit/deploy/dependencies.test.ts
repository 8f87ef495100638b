import { describe, expect, test } from 'vitest'
import type { Reason } from '../../../src/deploy/failure.ts'
import type { Condition } from '../../../src/deploy/plan.ts'
import type { FakeService } from '../../fakes/container.ts'
import { aWorld, deployed, told, type World } from './a-world.ts'
import { awaiting, healthyAfter, startOfTime, undecided, unhealthyAfter } from './makers.ts'

/** `service started at ms`, in order. */
async function startsOf(world: World): Promise<string[]> {
  const starts = (await told(world, 'container')).filter(({ event }) => event.step === 'started')
  return starts.map(({ event, at }) => `${event.service} ${Date.parse(at) - startOfTime}`)
}

const evidenceOf = async ({ store }: World, ref: { deployment: string; revision: number }) =>
  (await store.evidence(ref))?.containers.map(({ service, state, verdict, detail }) => `${service} ${state} ${verdict} ${detail}`.trim())

describe('each container starts when what it depends on allows', () => {
  test('those that nothing holds back, all at once', async () => {
    const slow = { startTakes: 300 }
    const world = aWorld({ extensions: { '/hello': { services: { web: { does: slow }, a: { does: slow }, b: { does: slow } } } } })

    await deployed(world, '/hello')

    expect((await startsOf(world)).toSorted()).toEqual(['a 300', 'b 300', 'web 300'])
  })

  test('a chain, each at the event that frees it', async () => {
    const services = {
      db: { does: healthyAfter(400) },
      migrate: { ...awaiting('db', 'service_healthy'), does: { exits: [[300, 0] as [number, number]] } },
      api: { ...awaiting('migrate', 'service_completed_successfully'), does: healthyAfter(200) },
      web: { ...awaiting('api', 'service_healthy') },
      side: { ...awaiting('web', 'service_started') },
    }
    const world = aWorld({ extensions: { '/hello': { services, route: { service: 'web', port: 80 } } } })

    const revision = await deployed(world, '/hello')

    expect(revision.state).toBe('DEPLOYED')
    expect(await startsOf(world)).toEqual(['db 0', 'migrate 400', 'api 700', 'web 900', 'side 900'])
  })

  test('a chain without a single event, at the looks', async () => {
    const services = { db: { does: healthyAfter(400) }, web: { ...awaiting('db', 'service_healthy'), does: healthyAfter(400) } }
    const world = aWorld({ extensions: { '/tool-it': { services } }, deaf: true })

    const revision = await deployed(world, '/tool-it')

    expect(revision.state).toBe('DEPLOYED')
    expect(await startsOf(world)).toEqual(['db 0', 'web 5000'])
  })

  test('each container is started once', async () => {
    const services = { db: { does: { ...healthyAfter(400), startTakes: 7000 } }, web: { ...awaiting('db', 'service_healthy') } }
    const world = aWorld({ extensions: { '/hello': { services } } })

    await deployed(world, '/hello')

    expect(world.engine.world.calls.filter((call) => call.startsWith('start'))).toEqual(['start db', 'start web'])
  })
})

describe('a dependant whose dependency failed is never started, and is named as held back', () => {
  test.each<[string, FakeService, Condition, Reason]>([
    ['unhealthy', unhealthyAfter(3000), 'service_healthy', 'container_unhealthy'],
    ['gone before it was healthy', { ...undecided, crashes: [50, 3] }, 'service_healthy', 'container_exited'],
    ['failed as a one-shot', { exits: [[50, 3]] }, 'service_completed_successfully', 'dependency_failed'],
    ['undecided for ever', undecided, 'service_healthy', 'health_timeout'],
  ])('%s', async (_, does, condition, reason) => {
    const services = { db: { does }, api: { ...awaiting('db', condition) }, web: { ...awaiting('api', 'service_started') } }
    const world = aWorld({ extensions: { '/hello': { services, route: { service: 'web', port: 80 } } } })

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason, service: 'db' } })
    expect(world.engine.world.calls.filter((call) => call.startsWith('start'))).toEqual(['start db'])
    expect((await evidenceOf(world, revision))?.slice(1)).toEqual(['api created waiting held back by db', 'web created waiting held back by api'])
  })

  test('while it waits the events say by whom', async () => {
    const services = { db: { does: healthyAfter(3000) }, web: { ...awaiting('db', 'service_healthy') } }
    const world = aWorld({ extensions: { '/hello': { services } } })

    await deployed(world, '/hello')

    const web = (await told(world, 'verdict')).filter(({ event }) => event.service === 'web')
    expect(web.map(({ event }) => `${event.now} ${event.detail}`)).toEqual(['waiting held back by db', 'waiting its start', 'skipped no HEALTHCHECK'])
  })
})

test('a dependency that falls ill after it freed its dependants fails the revision all the same', async () => {
  const ill: FakeService = {
    health: [
      [0, 'starting'],
      [1000, 'healthy'],
      [5000, 'unhealthy'],
    ],
  }
  const services = { db: { does: ill }, web: { ...awaiting('db', 'service_healthy'), does: undecided } }
  const world = aWorld({ extensions: { '/hello': { services } } })

  const revision = await deployed(world, '/hello')

  expect(revision.failure).toMatchObject({ reason: 'container_unhealthy', service: 'db' })
})
