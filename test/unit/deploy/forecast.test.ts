import { expect, test } from 'vitest'
import type { Forecast } from '../../../src/deploy/forecast-view.ts'
import { aWorld, deployed, statesOf } from './a-world.ts'
import { guidesCheck, healthyAfter } from './makers.ts'

const local = (service: string) => ({ [`registry.test/${service}:1`]: { local: true, facts: { id: `sha256:${service}`, size: 1000 } } })

test('what a deploy would do is told, and nothing of it is started, recorded or held', async () => {
  const world = aWorld({
    extensions: { '/hello': { services: { web: { does: healthyAfter(100), firstProbe: { plain: 10_000, fast: 100 } }, worker: {} } } },
    images: local('web'),
  })

  const forecast = await world.controller.forecast({ path: '/hello' })

  expect(forecast).toMatchObject({
    deployment: { id: null, name: 'hello', kind: 'app' },
    ...{ revision: 1, live: null, update: { how: 'first', volumes: [], ports: [] }, routed: { service: 'web', port: 8000 }, changes: [] },
    images: [
      { image: 'registry.test/web:1', step: 'present', id: 'sha256:web', size: 1000 },
      { image: 'registry.test/worker:1', step: 'pull', id: null, size: null },
    ],
    longest: { gate: 360_000, probe: 60_000 },
  })
  expect(forecast.routes.map(({ url }) => url)).toEqual([expect.stringContaining('/runtime/apps/{deployment_id}/'), expect.stringContaining(':61100/')])
  expect(world.engine.world.calls).toEqual([])
  expect([await world.store.deployments(), await statesOf(world), await world.store.heldPorts()]).toEqual([[], [], []])
  expect((await deployed(world, '/hello')).state).toBe('DEPLOYED')
})

test('each container’s timeline begins when what it depends on allows', async () => {
  const after = (service: string, condition: 'service_healthy' | 'service_started') => [{ service, condition, required: true }]
  const first = { check: guidesCheck, firstProbe: { plain: 10_000, fast: 100 } }
  const services = {
    db: first,
    backend: { ...first, dependsOn: after('db', 'service_healthy') },
    web: { ...first, dependsOn: after('backend', 'service_started') },
  }
  const world = aWorld({ extensions: { '/chain': { services } } })

  const timelines = (await world.controller.forecast({ path: '/chain' })).services.map(({ service, timeline }) => ({ service, ...timeline }))

  const pace = (plain: number, fast: number) => ({ plain, fast })
  expect(timelines).toEqual([
    { service: 'db', start: pace(0, 0), firstProbe: pace(10_000, 100), earliestHealthy: pace(10_000, 100), ...verdicts(1) },
    { service: 'backend', start: pace(10_000, 100), firstProbe: pace(20_000, 200), earliestHealthy: pace(20_000, 200), ...verdicts(2) },
    { service: 'web', start: pace(10_000, 100), firstProbe: pace(20_000, 200), earliestHealthy: pace(20_000, 200), ...verdicts(3) },
  ])
})

/** The guide's own check: three failures that count, ten seconds apart, after thirty. */
function verdicts(turns: number) {
  return { earliestUnhealthy: 50_000, timeout: 180_000, latest: turns * 180_000 }
}

test('one-shots are told with why they are', async () => {
  const services = {
    migrate: {},
    asked: { oneshot: true },
    seed: {},
    web: { hasPort: true, dependsOn: [{ service: 'migrate', condition: 'service_completed_successfully' as const, required: true }] },
  }
  const world = aWorld({ extensions: { '/jobs': { services, route: { service: 'web', port: 80 } } }, images: { ...local('seed'), ...local('web') } })

  const { services: told } = await world.controller.forecast({ path: '/jobs' })

  expect(Object.fromEntries(told.map(({ service, oneshot }) => [service, oneshot]))).toEqual({
    migrate: { is: 'awaited', why: 'web awaits its success' },
    asked: { is: 'asked', why: 'x-torii says so' },
    seed: { is: 'if_it_ends', why: 'it has no port, no HEALTHCHECK and no restart policy that keeps it running' },
    web: null,
  })
})

test('against a live revision it says how it would take over and what differs', async () => {
  const shared = { services: { web: {} }, volumes: { data: ['web'] } }
  const world = aWorld({ extensions: { '/shop': { name: 'shop', ...shared }, '/shop2': { name: 'shop', ...shared } } })
  const first = await deployed(world, '/shop')

  const forecast = await world.controller.forecast({ path: '/shop2' })

  const wanted: Partial<Forecast> = { revision: 2, live: 1, update: { how: 'in_place', volumes: ['data'], ports: [] } }
  expect(forecast).toMatchObject({ ...wanted, deployment: { id: first.deployment }, changes: [{ what: 'option', name: 'folder', change: 'changed' }] })
  expect(forecast.routes[0]?.url).toContain(first.deployment)
})

test('what a deploy would be refused with, it is refused with: a port, an image, a platform', async () => {
  const world = aWorld({
    extensions: {
      '/a': { services: { web: {} } },
      '/b': { services: { web: {} } },
      '/never': { services: { web: { pulls: { ref: 'gone:1', pullPolicy: 'never' } } } },
      '/foreign': { services: { other: {} } },
    },
    images: { ...local('other'), 'registry.test/other:1': { local: true, facts: { architecture: 's390x' } }, 'gone:1': { local: false } },
  })
  await deployed(world, '/a', { port: 61100 })
  const reasonOf = (request: { path: string; port?: number }) =>
    world.controller.forecast(request).then(
      () => null,
      (error) => error.trouble.reason,
    )

  expect(await reasonOf({ path: '/b', port: 61100 })).toBe('port_in_use')
  expect(await reasonOf({ path: '/never' })).toBe('image_not_found')
  expect(await reasonOf({ path: '/foreign' })).toBe('wrong_architecture')
  expect(await reasonOf({ path: '/b' })).toBe(null)
})
