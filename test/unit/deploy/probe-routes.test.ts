import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import type { FakeAnswer, FakeApp } from '../../fakes/proxy.ts'
import { aWorld, deployed, told } from './a-world.ts'
import { startOfTime } from './makers.ts'

const ok: FakeAnswer = { hop: 'app', status: 200 }
const status = (code: number): FakeAnswer => ({ hop: 'app', status: code })
const took = ({ settledAt }: { settledAt: string | null }) => Date.parse(settledAt ?? '') - startOfTime

type Setup = Parameters<typeof aWorld>[0]

async function deploy(app: FakeApp, { settings = {}, proxy = {} }: { settings?: FakeExtension['settings']; proxy?: Setup['proxy'] } = {}) {
  const world = aWorld({ extensions: { '/hello': { services: { web: {} }, app, settings: settings ?? {} } }, proxy: proxy ?? {} })
  return { world, revision: await deployed(world, '/hello') }
}

const port = { routing: 'port', fastStart: false } as const

describe('which routes are probed (reading 3)', () => {
  test('every published one must answer', async () => {
    const { world, revision } = await deploy([[0, ok]])

    const asked = world.proxy.probes.map(({ url }) => url)
    expect(new Set(asked)).toEqual(new Set(['https://localhost:61100/', `https://localhost:8443/runtime/apps/${revision.deployment}/`]))
  })

  test('one that does not answer fails the revision, although the other does', async () => {
    const world = aWorld({ extensions: { '/hello': { services: { web: {} } } } })
    const probe = world.proxy.probe
    world.proxy.probe = async (target, signal) => {
      const answer = await probe(target, signal)
      return target.url.includes('/runtime/') ? { ...answer, status: 404, detail: 'HTTP 404 from the app' } : answer
    }

    const revision = await deployed(world, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'app_status' } })
    const view = await world.controller.revision('hello', null)
    expect(view.probe.map(({ route, verdict }) => `${route} ${verdict}`)).toEqual(['path failed', 'port passed'])
  })

  test.each([
    [{ routing: 'path' } as const, ['path']],
    [{ routing: 'port' } as const, ['port']],
    [{ routing: 'path', stripPathPrefix: false } as const, ['path']],
  ])('with %j only %j', async (settings, routes) => {
    const { world } = await deploy([[0, ok]], { settings })

    expect((await world.controller.revision('hello', null)).probe.map(({ route }) => route)).toEqual(routes)
  })

  test('where the app keeps its prefix the failure quotes the path as the app sees it', async () => {
    const { revision } = await deploy([[0, status(404)]], { settings: { routing: 'path', stripPathPrefix: false } })

    expect(revision.failure?.sentence).toContain(`answered 404 on /runtime/apps/${revision.deployment}/`)
  })
})

describe('what the proxy does', () => {
  test.each<[string, Setup['proxy']]>([
    ['down all the time', { presence: [[0, 'down']] }],
    ['that never takes the routes', { appliesAfter: 1e9 }],
  ])('%s is blamed itself, not the app', async (_, proxy) => {
    const { revision } = await deploy([[0, ok]], { proxy })

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'proxy_unreachable', service: null } })
    expect(took(revision)).toBe(60_000)
  })

  test.each<[string, Setup['proxy']]>([
    [
      'down for a while',
      {
        presence: [
          [0, 'down'],
          [20_000, 'up'],
        ],
      },
    ],
    ['slow with its routes', { appliesAfter: 3000 }],
    ['slow to answer', { takes: 2500 }],
  ])('%s is no false failure', async (_, proxy) => {
    const { revision } = await deploy([[0, ok]], { proxy })

    expect(revision.state).toBe('DEPLOYED')
  })
})

test('every attempt is on record and told once', async () => {
  const { world } = await deploy([
    [0, status(503)],
    [7500, ok],
  ])

  const { probe } = await world.controller.revision('hello', null)
  const asked = Map.groupBy(world.proxy.probes, ({ url }) => url)
  expect(probe.map(({ url, attemptsTotal }) => [url, attemptsTotal])).toEqual(probe.map(({ url }) => [url, asked.get(url)?.length]))
  expect(await told(world, 'probe')).toHaveLength(world.proxy.probes.length)
})

test('a redirect is kept with where it leads, and not followed', async () => {
  const { world } = await deploy([[0, { hop: 'app', status: 301, location: 'https://elsewhere.test/' }]], { settings: port })

  const attempts = (await world.controller.revision('hello', null)).probe[0]?.attempts ?? []
  expect(attempts.at(-1)).toMatchObject({ status: 301, location: 'https://elsewhere.test/' })
  expect(world.proxy.probes.every(({ url }) => url.startsWith('https://localhost:61100/'))).toBe(true)
})

test.each([
  ['https://elsewhere.test/login', 'elsewhere.test'],
  ['http://localhost/login', 'localhost'],
  ['//elsewhere.test', 'elsewhere.test'],
])('a redirect to %s leads to another host: that is said once (reading 20)', async (location, host) => {
  const { world, revision } = await deploy([[0, { hop: 'app', status: 302, location }]], { settings: port })

  const texts = (await told(world, 'notice')).map(({ event }) => event.text)
  expect(revision.state).toBe('DEPLOYED')
  expect(texts.filter((text) => text.includes('another host'))).toEqual([
    `https://localhost:61100/ answers 302 and leads to another host, ${host}: that was not probed.`,
  ])
})

test.each(['/login', 'login', 'https://localhost:61100/login', '', 'https://'])('a redirect to "%s" is nothing to say', async (location) => {
  const { world, revision } = await deploy([[0, { hop: 'app', status: 302, location }]], { settings: port })

  expect(revision.state).toBe('DEPLOYED')
  expect((await told(world, 'notice')).filter(({ event }) => event.text.includes('another host'))).toEqual([])
})
