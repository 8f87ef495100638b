import { describe, expect, test } from 'vitest'
import { healthText } from '../../../src/cli/health-text.ts'
import { endpointOf } from '../../../src/deploy/app-health.ts'
import { readHealthBody } from '../../../src/deploy/health-body.ts'
import type { FakeService } from '../../fakes/container.ts'
import { aWorld, deployed } from './a-world.ts'
import { guidesCheck } from './makers.ts'

const route = { service: 'web', port: 8000, address: null }
const endpoint = (...test: string[]) => endpointOf({ check: { ...guidesCheck, test } }, route)

describe('where an app is asked for its health', () => {
  test.each<[string, string[], { port: number; path: string }]>([
    ['the check’s own URL', ['CMD-SHELL', 'curl -f http://localhost:9000/api/health || exit 1'], { port: 9000, path: '/api/health' }],
    ['in quotes', ['CMD', 'python', '-c', "import httpx; httpx.get('http://127.0.0.1:8000/h').raise_for_status()"], { port: 8000, path: '/h' }],
    ['a check of the root: the guide’s path on its port', ['CMD', 'wget', 'http://localhost:3000/'], { port: 3000, path: '/health' }],
    ['no URL', ['CMD', 'pg_isready'], { port: 8000, path: '/health' }],
    ['a URL of another host', ['CMD', 'curl', 'http://evil.test/x'], { port: 8000, path: '/health' }],
    ['a path that leaves', ['CMD', 'curl', 'http://localhost/../x'], { port: 8000, path: '/health' }],
  ])('%s', (_, check, wanted) => {
    expect(endpoint(...check)).toEqual(wanted)
  })

  test('the path of a check of ours', () => {
    expect(endpointOf({ check: null, outside: { port: 81, path: '/up' } }, route)).toEqual({ port: 81, path: '/up' })
  })
})

describe('what an app reports', () => {
  test('the guide’s shape is read check by check', () => {
    expect(readHealthBody('{"status": "healthy", "checks": {"database": "ok", "dependency": "degraded"}}')).toEqual({
      status: 'healthy',
      checks: [
        { name: 'database', says: 'ok', good: true },
        { name: 'dependency', says: 'degraded', good: false },
      ],
      more: 0,
    })
  })

  test.each(['', 'fine', '[]', 'null', '{"status": 1}', '{"checks": {}}', `{"status":"ok","x":"${'x'.repeat(100_000)}"}`])('%.30s is no report', (body) => {
    expect(readHealthBody(body)).toBe(null)
  })

  test('wrong types, escape sequences, huge texts and very many checks are cut to lines that steer nothing', () => {
    const checks = { a: 1, b: null, c: [1], d: {}, e: { status: 'down', error: 'x\ny' }, '\u001b[2Jf\n': `\u001b]0;t\u0007${'z'.repeat(5000)}` }
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`more-${at}`, true]))

    const report = readHealthBody(JSON.stringify({ status: '\u001b[31mok', checks: { ...checks, ...many } }))

    expect(report?.status).toBe('ok')
    expect(report?.checks.slice(0, 5).map(({ says }) => says)).toEqual(['1', 'null', 'a list', 'an object without a status', 'down: x y'])
    expect(report?.checks[5]?.name).toBe('f')
    expect(report?.checks[5]?.says.length).toBe(200)
    expect([report?.checks.length, report?.more]).toEqual([50, 156])
  })
})

const reporting = (body: object | string): FakeService => ({ answers: [[0, 0, 'HTTP 200', typeof body === 'string' ? body : JSON.stringify(body)]] })

test.each<[string, object | string, string]>([
  ['all well', { status: 'healthy', checks: { database: 'ok' } }, 'passing'],
  ['one check that is not', { status: 'healthy', checks: { database: 'ok', mail: 'unreachable' } }, 'degraded'],
  ['unhealthy with 200', { status: 'unhealthy', checks: {} }, 'degraded'],
  ['nothing of that shape', 'hello', 'unknown'],
])('a deployed app that reports %s is told as that, and stays DEPLOYED', async (_, body, health) => {
  const world = aWorld({ extensions: { '/hello': { services: { web: { does: reporting(body) } } } } })

  expect((await deployed(world, '/hello')).state).toBe('DEPLOYED')

  expect(await world.controller.health('hello')).toMatchObject({ service: 'web', revision: 1, path: '/health', httpStatus: 200, health })
})

test('secrets of the environment are not told, and a stopped deployment is not asked', async () => {
  const world = aWorld({ extensions: { '/hello': { services: { web: { does: reporting({ status: 'error: hunter2-is-wrong', checks: {} }) } } } } })
  await world.controller.submit({ path: '/hello', env: { DB_PASSWORD: 'hunter2' } })
  await world.clock.sleep(60_000)

  expect((await world.controller.health('hello'))?.status).toBe('error: <DB_PASSWORD>-is-wrong')
  await world.controller.stop('hello')
  expect(await world.controller.health('hello')).toBe(null)
})

test('status draws a line a check', () => {
  const checks = [
    { name: 'database', says: 'ok', good: true },
    { name: 'mail', says: 'unreachable', good: false },
  ]
  const health = { service: 'web', revision: 1, path: '/health', httpStatus: 200, health: 'degraded', detail: 'HTTP 200', status: 'healthy', checks } as const

  expect(healthText(health)).toEqual(['  web reports healthy on /health: degraded (HTTP 200)', '    ✔ database: ok', '    ✘ mail: unreachable'])
  expect(healthText({ ...health, status: null, checks: [] })).toEqual([])
  expect(healthText(null)).toEqual([])
})
