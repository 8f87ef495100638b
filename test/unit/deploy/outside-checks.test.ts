import { expect, test } from 'vitest'
import type { PlannedService } from '../../../src/deploy/plan.ts'
import type { FakeService } from '../../fakes/container.ts'
import { anotherController, aWorld, deployed, settled, told, until } from './a-world.ts'
import { guidesCheck } from './makers.ts'

/** Asked from outside every 10 s, while it starts every 100 ms; two failures fail it. */
const outside: Partial<PlannedService> = {
  check: { ...guidesCheck, test: ['TORII', 'GET :8000/health'], startInterval: 100, startPeriod: 10_000, retries: 2 },
  outside: { port: 8000, path: '/health' },
}
const service = (does: FakeService, more: Partial<PlannedService> = {}) => ({ ...outside, ...more, does })
const answersAfter = (ms: number): FakeService => ({ answers: [[ms, 0, 'HTTP 200: fine']] })

test('a service without a HEALTHCHECK is gated by ours, and its attempts are kept with what they said', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: service(answersAfter(350)) } } } })

  const revision = await deployed(world, '/tool-it')

  const { containers } = await world.controller.revision('tool-it', null)
  expect(revision.state).toBe('DEPLOYED')
  expect(containers[0]).toMatchObject({ verdict: 'passed' })
  expect(containers[0]?.attempts.slice(0, 4).map(({ exit, output }) => `${exit} ${output}`)).toEqual([
    ...Array(3).fill('1 nothing listens: connection refused'),
    '0 HTTP 200: fine',
  ])
})

test('one that never answers is container_unhealthy with the last attempt’s words', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: service({ answers: [[0, 1, 'HTTP 503: no database']] }) } } } })

  const { state, failure } = await deployed(world, '/tool-it')

  expect(state).toBe('FAILED')
  expect(failure).toMatchObject({ reason: 'container_unhealthy', service: 'web', sentence: expect.stringContaining('HTTP 503: no database') })
  const evidence = await world.controller.evidence('tool-it', null)
  expect(evidence?.containers[0]).toMatchObject({ verdict: 'failed' })
})

test('one that is too late every time is told to hang', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: service({ answers: [[0, -1, 'Health check exceeded timeout (5s)']] }) } } } })

  expect((await deployed(world, '/tool-it')).failure?.reason).toBe('health_check_hangs')
})

test('others may wait for it to be healthy', async () => {
  const services = {
    db: service(answersAfter(2000)),
    web: { dependsOn: [{ service: 'db', condition: 'service_healthy' as const, required: true }] },
  }
  const world = aWorld({ extensions: { '/tool-it': { services } } })

  await deployed(world, '/tool-it')

  expect(world.engine.world.calls.filter((call) => call.startsWith('start '))).toEqual(['start db', 'start web'])
  const starts = (await told(world, 'container')).filter(({ event }) => event.step === 'starting').map(({ at }) => Date.parse(at))
  expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThanOrEqual(2000)
})

test('one that falls ill before the end fails the revision, whoever’s turn it is', async () => {
  const services = {
    web: service({
      answers: [
        [0, 0, 'HTTP 200'],
        [5000, 1, 'HTTP 500'],
      ],
    }),
    slow: {
      does: {
        health: [
          [0, 'starting'],
          [60_000, 'healthy'],
        ],
      } satisfies FakeService,
    },
  }
  const world = aWorld({ extensions: { '/tool-it': { services } } })

  const { failure } = await deployed(world, '/tool-it')

  expect(failure).toMatchObject({ reason: 'container_unhealthy', service: 'web' })
})

test('a restarted container is asked anew', async () => {
  const does: FakeService = { answers: [[500, 0, 'HTTP 200']], exits: [[200, 1]] }
  const world = aWorld({ extensions: { '/tool-it': { services: { web: service(does, { restart: 'always' }) } } } })

  expect((await deployed(world, '/tool-it')).state).toBe('DEPLOYED')
})

test('a process that takes over asks by itself', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: service(answersAfter(5000)) } } } })
  await world.controller.submit({ path: '/tool-it' })
  await until(world, async () => (await told(world, 'attempt')).length > 3)

  await world.controller.close()
  await anotherController(world).recover()

  expect((await settled(world, 'tool-it')).state).toBe('DEPLOYED')
})

test('when it has settled nobody asks any more', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: service(answersAfter(0)) } } } })
  let knocks = 0
  const { knock } = world.engine
  world.engine.knock = (...given) => {
    knocks += 1
    return knock(...given)
  }
  await deployed(world, '/tool-it')
  const before = knocks

  await world.clock.sleep(60_000)

  expect(knocks).toBe(before)
})
