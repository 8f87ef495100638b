import { describe, expect, test } from 'vitest'
import type { FakeService } from '../../fakes/container.ts'
import { aWorld, deployed, told } from './a-world.ts'
import { healthyAfter, startOfTime, undecided, unhealthyAfter } from './makers.ts'

/** ms from the beginning to the end of the newest revision. */
const took = ({ settledAt }: { settledAt: string | null }) => Date.parse(settledAt ?? '') - startOfTime

describe('180 s a container, whether events come or not', () => {
  test.each([
    ['events', false, 179_900],
    ['no events: only the last look sees it', true, 180_000],
  ])('healthy at 179.9 s passes (%s)', async (_, deaf, passedAt) => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: healthyAfter(179_900) } } } }, deaf })

    const revision = await deployed(world, '/tool-it')

    expect(revision.state).toBe('DEPLOYED')
    expect(took(revision)).toBe(passedAt)
  })

  test.each([
    ['events', false],
    ['no events', true],
  ])('healthy at 180.1 s is too late (%s)', async (_, deaf) => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: healthyAfter(180_100) } } } }, deaf })

    const revision = await deployed(world, '/tool-it')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'health_timeout', service: 'web' } })
    expect(revision.failure?.sentence).toBe('web did not become healthy in time: still starting after 180 s; not one check has ended yet.')
    expect(took(revision)).toBe(180_000)
  })

  test('healthy at 180 s, to the moment, is seen by the last look', async () => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: healthyAfter(180_000) } } } }, deaf: true })

    expect(await deployed(world, '/tool-it')).toMatchObject({ state: 'DEPLOYED' })
  })

  test('an operator’s own times hold', async () => {
    const gate = { timeout: 7000, interval: 2000 }
    const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: undecided } }, settings: { gate } } } })

    const revision = await deployed(world, '/tool-it')

    expect(revision.failure?.sentence).toContain('still starting after 7 s')
    expect(took(revision)).toBe(7000)
  })
})

describe('several containers', () => {
  test('one after another: each has 180 s from its turn', async () => {
    const services = { a: { does: healthyAfter(170_000) }, b: { does: healthyAfter(340_000) }, c: { does: healthyAfter(510_000) } }
    const world = aWorld({ extensions: { '/tool-it': { services } } })

    const revision = await deployed(world, '/tool-it')

    expect(revision.state).toBe('DEPLOYED')
    expect(took(revision)).toBe(510_000)
  })

  test('fail at the deadline of the turn, at most N x 180 s in all', async () => {
    const services = { a: { does: healthyAfter(179_000) }, b: { does: healthyAfter(358_000) }, c: { does: undecided } }
    const world = aWorld({ extensions: { '/tool-it': { services } } })

    const revision = await deployed(world, '/tool-it')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'health_timeout', service: 'c' } })
    expect(took(revision)).toBe(358_000 + 180_000)
  })

  test('healthy all along take no turn’s time: looking is parallel', async () => {
    const services = { a: { does: healthyAfter(3000) }, b: { does: healthyAfter(2000) }, c: { does: healthyAfter(1000) } }
    const world = aWorld({ extensions: { '/tool-it': { services } } })

    expect(took(await deployed(world, '/tool-it'))).toBe(3000)
  })

  test('the first that is unhealthy fails all, although it is another’s turn', async () => {
    const services = { a: { does: undecided }, b: { does: unhealthyAfter(12_345) } }
    const world = aWorld({ extensions: { '/tool-it': { services } } })

    const revision = await deployed(world, '/tool-it')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_unhealthy', service: 'b' } })
    expect(took(revision)).toBe(12_345)
  })

  test('also when no event tells of it: at the next look', async () => {
    const services = { a: { does: undecided }, b: { does: unhealthyAfter(12_345) } }
    const world = aWorld({ extensions: { '/tool-it': { services } }, deaf: true })

    expect(took(await deployed(world, '/tool-it'))).toBe(15_000)
  })

  test('also when that one had its turn and passed', async () => {
    const ill: FakeService = {
      health: [
        [0, 'starting'],
        [1000, 'healthy'],
        [30_000, 'unhealthy'],
      ],
    }
    const world = aWorld({ extensions: { '/tool-it': { services: { a: { does: ill }, b: { does: undecided } } } } })

    const revision = await deployed(world, '/tool-it')

    expect(revision).toMatchObject({ failure: { reason: 'container_unhealthy', service: 'a' } })
    expect(took(revision)).toBe(30_000)
  })

  test('each replica has a turn of its own and must pass (reading 16)', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: { replicas: 3, does: healthyAfter(2000) } } } } })

    const revision = await deployed(world, '/hello')

    const passed = (await told(world, 'verdict')).filter(({ event }) => event.now === 'passed')
    expect(revision.state).toBe('DEPLOYED')
    expect(passed.map(({ event }) => `${event.service}/${event.replica}`)).toEqual(['web/1', 'web/2', 'web/3'])
    expect(revision.backends).toHaveLength(3)
  })
})

describe('the time of a turn begins with its start, at the earliest', () => {
  test('a container that is held back for long still has its own 180 s', async () => {
    const dependsOn = [{ service: 'db', condition: 'service_healthy', required: true }] as const
    const services = { db: { does: healthyAfter(170_000) }, web: { dependsOn: [...dependsOn], does: healthyAfter(179_000) } }
    const world = aWorld({ extensions: { '/tool-it': { services } } })

    const revision = await deployed(world, '/tool-it')

    expect(revision.state).toBe('DEPLOYED')
    expect(took(revision)).toBe(349_000)
  })

  test('a start that takes long is not taken off it', async () => {
    const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: { ...healthyAfter(179_000), startTakes: 20_000 } } } } } })

    const revision = await deployed(world, '/tool-it')

    expect(revision.state).toBe('DEPLOYED')
    expect(took(revision)).toBe(199_000)
  })
})
