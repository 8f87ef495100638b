import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import type { FakeAnswer, FakeApp } from '../../fakes/proxy.ts'
import { aWorld, deployed, told, type World } from './a-world.ts'
import { startOfTime } from './makers.ts'

const ok: FakeAnswer = { hop: 'app', status: 200 }
const status = (code: number): FakeAnswer => ({ hop: 'app', status: code })
const refused: FakeAnswer = { hop: 'backend', status: 502 }
const silent: FakeAnswer = { hop: 'none' }
const took = ({ settledAt }: { settledAt: string | null }) => Date.parse(settledAt ?? '') - startOfTime

type Setup = Parameters<typeof aWorld>[0]

async function deploy(app: FakeApp, { settings = {}, proxy = {} }: { settings?: FakeExtension['settings']; proxy?: Setup['proxy'] } = {}) {
  const world = aWorld({ extensions: { '/hello': { services: { web: {} }, app, settings: settings ?? {} } }, proxy: proxy ?? {} })
  return { world, revision: await deployed(world, '/hello') }
}

/** When each candidate probe of a route was begun, ms from the first. */
function timesOf({ proxy }: World, kind: 'port' | 'path' = 'port'): number[] {
  const all = proxy.probes.filter(({ url, candidate }) => candidate !== null && url.includes('/runtime/') === (kind === 'path'))
  return all.map(({ at }) => at - (all[0]?.at ?? 0))
}

const port = { routing: 'port', fastStart: false } as const
const seconds = (count: number) => Array.from({ length: count }, (_, at) => at * 1000)

describe('phase 2: 60 s, an attempt a second', () => {
  test.each<[string, FakeAnswer, FakeApp[number][1]]>([
    ['503 at first', status(503), ok],
    ['404 at first', status(404), ok],
    ['nothing listening at first', refused, ok],
    ['a redirect at the end', status(500), { hop: 'app', status: 302, location: 'https://elsewhere.test/' }],
  ])('an app that needs 10 s passes: %s', async (_, first, then) => {
    const { world, revision } = await deploy(
      [
        [0, first],
        [10_000, then],
      ],
      { settings: port },
    )

    expect(revision.state).toBe('DEPLOYED')
    expect(timesOf(world)).toEqual(seconds(12))
  })

  test.each<[string, FakeAnswer, string, string]>([
    ['404', status(404), 'app_status', 'Routing works, TLS works, but web answered 404 on /.'],
    ['500', status(500), 'app_error', 'Routing works, TLS works, but web answers with an error of its own: HTTP 500 on /.'],
    [
      'nothing listening',
      refused,
      'app_refused',
      'Routing works, but nothing listens where web should: nothing listens on port 8000 of web (after 60 s HTTP 502 from the proxy: the app’s address refuses or drops the connection).',
    ],
  ])('an app that never does better than %s fails after 60 s with %s', async (_, answer, reason, sentence) => {
    const { world, revision } = await deploy([[0, answer]], { settings: port })

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason, service: 'web', sentence } })
    expect(took(revision)).toBe(60_000)
    expect(timesOf(world)).toEqual(seconds(60))
  })

  test('an app that says nothing is asked 5 s at a time, one after the other, and fails after 60 s', async () => {
    const { world, revision } = await deploy([[0, silent]], { settings: port })

    expect(revision).toMatchObject({
      failure: { reason: 'probe_timeout', service: 'web', sentence: 'web did not answer through the proxy in time: after 60 s no answer within 5 s.' },
    })
    expect(took(revision)).toBe(60_000)
    expect(timesOf(world).slice(0, 4)).toEqual([0, 1000, 7000, 13_000])
    expect((await told(world, 'probe')).every(({ event }) => event.ms <= 5000)).toBe(true)
  })

  test.each([
    ['59.9 s passes', 59_900, 'DEPLOYED'],
    ['60.1 s fails', 60_100, 'FAILED'],
  ])('an app that answers after %s', async (_, at, state) => {
    const { revision } = await deploy(
      [
        [0, status(503)],
        [at, ok],
      ],
      { settings: { ...port, probe: { interval: 100 } }, proxy: { appliesAfter: 0 } },
    )

    expect(revision.state).toBe(state)
  })

  test('the last answer is what is told: a pointless look at the very end does not blur it', async () => {
    const { revision } = await deploy(
      [
        [0, silent],
        [54_500, status(404)],
      ],
      { settings: port, proxy: { takes: 40 } },
    )

    expect(revision.failure).toMatchObject({ reason: 'app_status', sentence: 'Routing works, TLS works, but web answered 404 on /.' })
  })

  test('an operator’s own times and an extension’s own path and measure hold', async () => {
    const settings = { ...port, probe: { timeout: 7000, interval: 2000, path: '/health', expect: 300 } }
    const { world, revision } = await deploy([[0, status(302)]], { settings })

    expect(revision.failure).toMatchObject({ reason: 'app_status', sentence: 'Routing works, TLS works, but web answered 302 on /health.' })
    expect(took(revision)).toBe(7000)
    expect(timesOf(world)).toEqual([0, 2000, 4000, 6000])
    expect(world.proxy.probes[0]?.url).toBe('https://localhost:61100/health')
  })

  test('an extension that takes 404 for good passes with it', async () => {
    const { revision } = await deploy([[0, status(404)]], { settings: { probe: { expect: 500 } } })

    expect(revision.state).toBe('DEPLOYED')
  })
})

describe('with fast start', () => {
  test('there are more looks in the first second, and the guide’s own as ever', async () => {
    const { world } = await deploy([[0, status(503)]], { settings: { routing: 'port' } })

    const times = timesOf(world)
    expect(times.filter((at) => at < 1000).length).toBeGreaterThan(5)
    expect(times.filter((at) => at >= 1000)).toEqual(seconds(60).slice(1))
  })

  test('an app that answers after 90 ms is not made to wait for the second', async () => {
    const { revision } = await deploy([
      [0, status(503)],
      [90, ok],
    ])

    expect(took(revision)).toBeLessThan(200)
  })

  test('without it there are none', async () => {
    const { world } = await deploy([[0, status(503)]], { settings: port })

    expect(timesOf(world)).toEqual(seconds(60))
  })
})
