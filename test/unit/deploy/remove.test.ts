import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, newest, quiet } from './a-world.ts'
import { expectNothing } from './invariants.ts'
import { healthyAfter, undecided, unhealthyAfter } from './makers.ts'

const withData: FakeExtension = { services: { web: { does: healthyAfter(1000) } }, volumes: { data: ['web'] } }
const keep = { volumes: false }
const all = { volumes: true }

describe('rm in each state', () => {
  const slow = {
    progress: [
      [30_000, 1, 2],
      [60_000, 2, 2],
    ] as [number, number, number][],
  }

  test.each<[string, FakeExtension, number, string]>([
    ['during the pull', { services: { web: { pulls: { ref: 'slow' } } } }, 40_000, 'PULLING_IMAGES'],
    ['during the gate', { services: { web: { does: undecided } } }, 40_000, 'REQUESTED'],
    ['during a start', { services: { web: { does: { startTakes: 60_000 } } } }, 40_000, 'REQUESTED'],
    [
      'while a container is held back',
      { services: { web: { dependsOn: [{ service: 'db', condition: 'service_healthy', required: true }] }, db: { does: undecided } } },
      40_000,
      'REQUESTED',
    ],
    ['during the probe', { services: { web: {} }, app: [[0, { hop: 'app', status: 503 }]] }, 40_000, 'REQUESTED'],
    ['at once', { services: { web: { does: undecided } } }, 0, 'PULLING_IMAGES'],
    ['DEPLOYED', withData, 40_000, 'DEPLOYED'],
    ['FAILED', { services: { web: { does: unhealthyAfter(1000) } } }, 40_000, 'FAILED'],
  ])('%s', async (_, extension, after, state) => {
    const world = aWorld({ extensions: { '/hello': extension }, images: { slow } })
    await world.controller.submit({ path: '/hello' })
    if (after > 0) await world.clock.sleep(after)
    const before = (await newest(world, 'hello')).state

    const removal = await world.controller.remove('hello', all)
    await quiet(world)

    expect(before).toBe(state)
    expect(removal.name).toBe('hello')
    await expectNothing(world)
    await world.clock.sleep(300_000)
    await expectNothing(world)
  })

  test('during an update removes the old one too', async () => {
    const world = aWorld({ extensions: { '/hello': withData, '/hello@2': { name: 'hello', services: { web: { does: undecided } } } } })
    await deployed(world, '/hello')
    await world.controller.submit({ path: '/hello@2' })
    await world.clock.sleep(20_000)

    await world.controller.remove('hello', all)

    await expectNothing(world)
  })

  test('while an update in place brings the old one back does not wait for it', async () => {
    const bad: FakeExtension = { ...withData, services: { web: { does: unhealthyAfter(1000) } } }
    const first: FakeExtension = { ...withData, services: { web: { does: healthyAfter(1000) } } }
    const world = aWorld({ extensions: { '/hello': first, '/hello@2': { ...bad, name: 'hello' } } })
    await deployed(world, '/hello')
    first.services['web']?.does?.health?.splice(1)
    await world.controller.submit({ path: '/hello@2' })
    await world.clock.sleep(30_000)
    const since = world.clock.monotonic()

    await world.controller.remove('hello', all)

    expect(world.clock.monotonic() - since).toBeLessThan(1000)
    await expectNothing(world)
  })

  test('tells those who follow that it is the end', async () => {
    const world = aWorld({ extensions: { '/hello': withData } })
    await deployed(world, '/hello')
    const seen: string[] = []
    const following = world.controller.follow({ deployment: 'hello', after: 0 }, ({ event }) => seen.push(event.type), new AbortController().signal)
    await quiet(world)

    await world.controller.remove('hello', keep)
    await following

    expect(seen.at(-1)).toBe('removed')
  })
})

describe('rm again', () => {
  test.each([
    ['with volumes', withData],
    ['without', { services: { web: {} } }],
  ])('is not_found (%s)', async (_, extension) => {
    const world = aWorld({ extensions: { '/hello': extension } })
    await deployed(world, '/hello')
    await world.controller.remove('hello', keep)

    await expect(world.controller.remove('hello', keep)).rejects.toMatchObject({ trouble: { reason: 'not_found' } })
  })

  test('at the same time: one does it, the others hear that it is gone', async () => {
    const world = aWorld({ extensions: { '/hello': withData } })
    await deployed(world, '/hello')

    const results = await Promise.all(
      Array.from({ length: 5 }, () =>
        world.controller.remove('hello', keep).then(
          () => 'removed',
          (error) => error.trouble.reason,
        ),
      ),
    )

    expect(results.filter((result) => result === 'removed')).toHaveLength(1)
    expect(results.filter((result) => result === 'not_found')).toHaveLength(4)
    await expectNothing(world)
  })

  test('of what never was is not_found', async () => {
    const world = aWorld({ extensions: {} })

    await expect(world.controller.remove('hello', all)).rejects.toMatchObject({ trouble: { reason: 'not_found' } })
  })
})
