import { describe, expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, settled, told, type World } from './a-world.ts'
import { healthyAfter, startOfTime, unhealthyAfter } from './makers.ts'

const app: FakeExtension = { services: { web: { does: healthyAfter(3000) } }, volumes: { data: ['web'] } }
const took = ({ settledAt }: { settledAt: string | null }) => Date.parse(settledAt ?? '') - startOfTime
const notices = async (world: World) => (await told(world, 'notice')).map(({ event }) => event.text)

describe('an engine that answers with an error', () => {
  test.each(['image', 'volumes', 'listen'] as const)('to %s fails the revision at once, with its words', async (question) => {
    const world = aWorld({ extensions: { '/hello': app } })
    await world.controller.submit({ path: '/hello' })
    world.engine.world.answer(question, 500, 'driver failed: it is broken')

    const revision = await settled(world, 'hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'engine_error', service: null } })
    expect(revision.failure?.sentence).toBe('The container engine answered with an error: 500, driver failed: it is broken.')
    expect(took(revision)).toBeLessThan(1000)
    expect(await notices(world)).toEqual([])
  })

  test('to a start keeps the reason of a start', async () => {
    const world = aWorld({ extensions: { '/hello': app } })
    world.engine.world.answer('start', 500, 'error while mounting volume: it is broken')

    expect(await deployed(world, '/hello')).toMatchObject({ failure: { reason: 'start_failed', service: 'web' } })
  })

  test('to a look is waited for: a failed look is no failed app', async () => {
    const world = aWorld({ extensions: { '/hello': app } })
    world.engine.world.answer('container', 500, 'try again', 3)

    expect(await deployed(world, '/hello')).toMatchObject({ state: 'DEPLOYED' })
    expect((await told(world, 'verdict')).map(({ event }) => event.detail)).toContain('the engine, which answers with an error: 500, try again')
  })

  test('to every look fails the revision when its time is over, with the engine’s words', async () => {
    const world = aWorld({ extensions: { '/hello': app } })
    world.engine.world.answer('container', 500, 'try again')
    world.engine.world.answer('containers', 500, 'try again')

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'engine_error' } })
    expect(revision.failure?.sentence).toContain('500, try again')
    expect(took(revision)).toBe(180_000)
  })

  test('while an old revision is brought back is said with the failure', async () => {
    const ill = { ...app, name: 'hello', services: { web: { does: unhealthyAfter(2000) } } }
    const world = aWorld({ extensions: { '/hello': app, '/hello@2': ill } })
    await deployed(world, '/hello')
    await world.controller.submit({ path: '/hello@2' })
    await world.clock.sleep(1000)
    world.engine.world.answer('rearm', 500, 'it is broken')

    const { failure } = await settled(world, 'hello')

    expect(failure).toMatchObject({ reason: 'container_unhealthy', service: 'web' })
    expect(failure?.sentence).toContain('; and the revision before it did not come back (start_failed: it is broken)')
  })
})

describe('an engine that is there all the time', () => {
  test('but breaks off one question fails the revision with that, and nobody says that it was away', async () => {
    const world = aWorld({ extensions: { '/hello': app } })
    world.engine.volumes = () => Promise.reject(new DeployError('engine_unreachable', 'no answer within 10 s'))

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'engine_unreachable' } })
    expect(revision.failure?.sentence).toContain('no answer within 10 s')
    expect(await notices(world)).toEqual([])
  })
})

test('an engine that comes and goes is waited for a minute in all', async () => {
  const world = aWorld({ extensions: { '/hello': app } })
  const { create } = world.engine
  world.engine.create = (...given) => {
    world.engine.world.die()
    world.clock.alarm(5500, () => world.engine.world.comeBack())
    return create(...given)
  }

  const revision = await deployed(world, '/hello')

  expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'engine_unreachable' } })
  expect(took(revision)).toBeGreaterThan(50_000)
  expect(took(revision)).toBeLessThan(70_000)
})
