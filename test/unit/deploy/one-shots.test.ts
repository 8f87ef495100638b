import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, type World } from './a-world.ts'
import { awaiting, healthyAfter, startOfTime } from './makers.ts'

const ends = (at: number, code: number) => ({ exits: [[at, code] as [number, number]] })

async function deploy(
  services: FakeExtension['services'],
  more: Partial<FakeExtension> = {},
): Promise<{ world: World; revision: Awaited<ReturnType<typeof deployed>> }> {
  const world = aWorld({ extensions: { '/tool-it': { services, ...more } } })
  return { world, revision: await deployed(world, '/tool-it') }
}

const verdictsOf = async ({ controller }: World) =>
  (await controller.revision('tool-it', null)).containers.map(({ service, verdict, detail }) => `${service} ${verdict} ${detail}`.trim())

describe('a container that ends with exit code 0 (reading 11)', () => {
  test.each<[string, FakeExtension['services'], string]>([
    [
      'passes when something awaits its success',
      { web: { ...awaiting('init', 'service_completed_successfully') }, init: { does: ends(500, 0) } },
      'exit code 0, a one-shot: web awaits its success',
    ],
    ['passes when it is asked for', { web: {}, init: { oneshot: true, hasPort: true, does: ends(500, 0) } }, 'exit code 0, a one-shot: x-torii says so'],
    [
      'is taken for a one-shot when nothing speaks against it',
      { web: {}, init: { does: ends(0, 0) } },
      'finished, taken for a one-shot: it has no port, no HEALTHCHECK and no restart policy that keeps it running',
    ],
  ])('%s', async (_, services, why) => {
    const { world, revision } = await deploy(services)

    expect(revision.state).toBe('DEPLOYED')
    expect(await verdictsOf(world)).toContain(`init finished ${why}`)
  })

  test.each<[string, FakeExtension['services'][string]]>([
    ['a HEALTHCHECK', { does: { ...ends(500, 0), health: [[0, 'starting']] } }],
    ['a port', { hasPort: true, does: ends(500, 0) }],
  ])('fails with %s: it should run', async (_, job) => {
    const { revision } = await deploy({ web: { does: healthyAfter(2000) }, job })

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_exited', service: 'job' } })
    expect(revision.failure?.sentence).toMatch(/^job exited although it should run: job ended by itself with exit code 0 .*\(exit code 0\)\.$/)
  })
})

describe('a one-shot that fails', () => {
  test('fails the revision and names who waits for it', async () => {
    const { revision } = await deploy({
      web: { ...awaiting('init', 'service_completed_successfully') },
      init: { does: { ...ends(500, 7), logs: ['no such table', ''] } },
    })

    expect(revision.failure).toMatchObject({
      reason: 'dependency_failed',
      service: 'init',
      sentence: 'init failed, and others wait for it: exit code 7; web waits for it to succeed; the last it printed: no such table.',
    })
  })

  test('that nobody waits for fails it too', async () => {
    const { revision } = await deploy({ web: { does: healthyAfter(2000) }, init: { oneshot: true, does: ends(500, 7) } })

    expect(revision.failure).toMatchObject({ reason: 'container_exited', service: 'init' })
  })

  test('that never ends has 180 s from its turn, and the failure names who awaits it', async () => {
    const { revision } = await deploy({
      web: { ...awaiting('init', 'service_completed_successfully') },
      side: { ...awaiting('init', 'service_completed_successfully') },
      init: { does: {} },
    })

    expect(revision.failure).toMatchObject({
      reason: 'health_timeout',
      service: 'init',
      sentence: 'init did not become healthy in time: it has not ended after 180 s, and web and side wait for it.',
    })
    expect(revision.failure?.fix).toContain('gate: {timeout')
    expect(Date.parse(revision.settledAt ?? '') - startOfTime).toBe(180_000)
  })

  test('that never ends and that nobody awaits says only that', async () => {
    const { revision } = await deploy({ init: { oneshot: true } })

    expect(revision.failure?.sentence).toBe('init did not become healthy in time: it has not ended after 180 s.')
  })
})

test('a one-shot’s health check, inherited from its image, is not asked', async () => {
  const { world, revision } = await deploy({
    web: { ...awaiting('init', 'service_completed_successfully') },
    init: {
      does: {
        ...ends(60_000, 0),
        health: [
          [0, 'starting'],
          [1000, 'unhealthy'],
        ],
      },
    },
  })

  expect(revision.state).toBe('DEPLOYED')
  expect(await verdictsOf(world)).toEqual(['init finished exit code 0, a one-shot: web awaits its success', 'web skipped no HEALTHCHECK'])
})

test('a one-shot that may restart until it succeeds is given the time', async () => {
  const init = {
    restart: 'on-failure',
    does: {
      exits: [
        [100, 1],
        [100, 1],
        [100, 0],
      ] as [number, number][],
    },
  }
  const { world, revision } = await deploy({ web: { ...awaiting('init', 'service_completed_successfully') }, init })

  expect(revision.state).toBe('DEPLOYED')
  expect(await verdictsOf(world)).toContain('init finished exit code 0, a one-shot: web awaits its success')
})
