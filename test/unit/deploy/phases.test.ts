import { describe, expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import type { Store } from '../../../src/deploy/ports.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, statesOf, told, until } from './a-world.ts'
import { healthyAfter } from './makers.ts'

const app = { services: { web: { does: healthyAfter(2000) }, worker: {} } }

describe('an app', () => {
  test('goes through both phases, in the order of the guide', async () => {
    const world = aWorld({ extensions: { '/hello': app } })

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'DEPLOYED', failure: null, candidate: null })
    expect(await statesOf(world)).toEqual(['1 UNINITIALIZED', '1 PULLING_IMAGES', '1 REQUESTED', '1 DEPLOYED'])
    expect(await world.store.deployment('hello')).toMatchObject({ live: 1, open: 1, wanted: 'running' })
  })

  test('is DEPLOYED only when container and routes are both well', async () => {
    const world = aWorld({
      extensions: {
        '/hello': {
          ...app,
          app: [
            [0, { hop: 'app', status: 500 }],
            [3000, { hop: 'app', status: 200 }],
          ],
        },
      },
    })

    await deployed(world, '/hello')

    const [candidate] = (await told(world, 'route')).filter(({ event }) => event.step === 'candidate')
    const [healthy] = (await told(world, 'verdict')).filter(({ event }) => event.now === 'passed')
    const end = (await told(world, 'state')).at(-1)
    expect(healthy?.at).toBe('2026-01-01T00:00:02.000Z')
    expect(candidate?.at).toBe('2026-01-01T00:00:02.000Z')
    expect(Date.parse(end?.at ?? '')).toBeGreaterThan(Date.UTC(2026, 0, 1, 0, 0, 3))
  })

  test('is answered as the machine contract says while it goes on and at the end', async () => {
    const world = aWorld({ extensions: { '/hello': app } })

    const submitted = await world.controller.submit({ path: '/hello' })
    await until(world, async () => (await world.controller.revision('hello', null)).state === 'DEPLOYED')
    const view = await world.controller.revision('hello', null)

    expect(submitted).toMatchObject({ revision: 1, state: 'UNINITIALIZED', failure: null, live: false, containers: [], probe: [] })
    expect(view).toMatchObject({ state: 'DEPLOYED', live: true, urls: submitted.urls })
    expect(view.timeline.map(({ state }) => state)).toEqual(['UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'DEPLOYED'])
    expect(view.containers.map(({ service, verdict, detail }) => [service, verdict, detail])).toEqual([
      ['web', 'passed', ''],
      ['worker', 'skipped', 'no HEALTHCHECK'],
    ])
    expect(view.probe.map(({ route, verdict }) => [route, verdict])).toEqual([
      ['path', 'passed'],
      ['port', 'passed'],
    ])
  })

  test('has its evidence on record before it is DEPLOYED', async () => {
    const stored: string[] = []
    const spy = ({ move, freeze, ...store }: Store): Store => ({
      ...store,
      freeze: (ref, evidence) => {
        stored.push(`evidence of ${evidence.containers.map(({ service, verdict }) => `${service} ${verdict}`).join(', ')}`)
        return freeze(ref, evidence)
      },
      move: (revision, to, failure) => {
        stored.push(to)
        return move(revision, to, failure)
      },
    })
    const world = aWorld({ extensions: { '/hello': app }, through: (ports) => ({ ...ports, store: spy(ports.store) }) })

    await deployed(world, '/hello')

    expect(stored).toEqual(['PULLING_IMAGES', 'REQUESTED', 'evidence of web passed, worker skipped', 'DEPLOYED'])
    const evidence = await world.store.evidence({ deployment: (await world.store.deployment('hello'))?.id ?? '', revision: 1 })
    expect(evidence?.containers[0]).toMatchObject({ service: 'web', replica: 1, state: 'running', health: 'healthy', exitCode: null, verdict: 'passed' })
  })

  test('without a port fails with no_route before anything starts', async () => {
    const world = aWorld({ extensions: { '/hello': { ...app, route: null } } })

    const { state, failure } = await deployed(world, '/hello')

    expect({ state, reason: failure?.reason }).toEqual({ state: 'FAILED', reason: 'no_route' })
    expect(world.engine.world.calls.filter((call) => /^(create|start)/.test(call))).toEqual([])
    expect(world.proxy.published()).toEqual([])
  })
})

describe.each(['service-db', 'tool-it', 'mcp-it'])('%s', (name) => {
  test('skips phase 2, and its routes are open', async () => {
    const world = aWorld({ extensions: { [`/${name}`]: { services: { db: { does: healthyAfter(2000) } }, app: [[0, { hop: 'app', status: 404 }]] } } })

    const revision = await deployed(world, `/${name}`)

    expect(revision.state).toBe('DEPLOYED')
    expect(world.proxy.probes).toEqual([])
    expect(world.proxy.published().map(({ to, candidate }) => [to, candidate])).toEqual([
      [['http://10.213.0.18:8000'], null],
      [['http://10.213.0.18:8000'], null],
    ])
  })

  test('without a port passes, with no route and no port of its own', async () => {
    const world = aWorld({ extensions: { [`/${name}`]: { services: { db: {} }, route: null } } })

    const revision = await deployed(world, `/${name}`)

    expect(revision).toMatchObject({ state: 'DEPLOYED', port: null })
    expect(world.proxy.published()).toEqual([])
    expect((await world.controller.get(name)).urls).toEqual([])
  })

  test('still has to pass phase 1', async () => {
    const world = aWorld({ extensions: { [`/${name}`]: { services: { db: { does: { crashes: [10, 3] } } } } } })

    const revision = await deployed(world, `/${name}`)

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_exited', service: 'db' } })
  })

  test('is probed when it asks for it', async () => {
    const extension: FakeExtension = { services: { db: {} }, settings: { probe: { type: 'http' } }, app: [[0, { hop: 'app', status: 404 }]] }
    const world = aWorld({ extensions: { [`/${name}`]: extension } })

    const revision = await deployed(world, `/${name}`)

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'app_status', service: 'db' } })
  })
})

describe('a refusal at admit', () => {
  test.each(['read', 'resolve'] as const)('when it is %s records nothing', async (at) => {
    const world = aWorld({ extensions: { '/hello': { ...app, refused: { at, why: new DeployError('policy_denied', 'privileged') } } } })

    await expect(world.controller.submit({ path: '/hello' })).rejects.toMatchObject({ trouble: { reason: 'policy_denied' } })

    expect(await world.store.deployments()).toEqual([])
  })

  test('of a dead engine records nothing', async () => {
    const world = aWorld({ extensions: { '/hello': app } })
    world.engine.world.die()

    await expect(world.controller.submit({ path: '/hello' })).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable' } })

    expect(await world.store.deployments()).toEqual([])
  })

  test('found after the pull fails the revision, with nothing started', async () => {
    const why = new DeployError('compose_invalid', 'web waits for db to be healthy, which has no check', { service: 'web' })
    const world = aWorld({ extensions: { '/hello': { ...app, refused: { at: 'rewrite', why } } } })

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'compose_invalid', service: 'web' } })
    expect(world.engine.world.calls.filter((call) => call.startsWith('create'))).toEqual([])
  })
})
