import { describe, expect, test } from 'vitest'
import { anApp, ask, token } from './an-app.ts'
import { asked, routesOf } from './routes.ts'

const open = ['GET /healthz', 'GET /openapi.json', 'GET /pages/starting', 'GET /pages/stopped', 'GET /readyz']

describe('the token', () => {
  test('all routes but the short list need it, and without it or with a wrong one they say the same', async () => {
    const { app } = anApp()
    const routes = await routesOf()
    const guesses = [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Bearer ${token}x` },
      { authorization: `Basic ${token}` },
      { authorization: token },
    ]

    const answers = await Promise.all(
      routes.flatMap((route, at) =>
        guesses.map(async (headers) => ({ route, answer: await app.inject({ ...asked(route), headers, remoteAddress: `10.0.0.${at}` }) })),
      ),
    )

    const refused = answers.filter(({ answer }) => answer.statusCode === 401)
    const entered = new Set(answers.filter((each) => !refused.includes(each)).map(({ route }) => route))
    expect([...entered]).toEqual(open)
    expect(routes.length).toBeGreaterThan(open.length + 10)
    expect(new Set(refused.map(({ answer }) => JSON.stringify([answer.body, { ...answer.headers, date: '' }]))).size).toBe(1)
    expect(refused[0]?.answer.json()).toMatchObject({ type: 'about:blank', title: 'Unauthorized', status: 401, reason: 'unauthorized' })
  })

  test.each([
    ['GET', '/nothing-here'],
    ['PROPFIND', '/'],
    ['GET', '/api/v1/deployments/'],
    ['GET', '//healthz'],
    ['GET', '/HEALTHZ'],
    ['GET', '/healthz/'],
  ])('%s %s is not there, which only a caller with the token learns', async (method, url) => {
    const { app } = anApp()

    const [stranger, caller] = [
      await app.inject({ method: method as 'GET', url }),
      await app.inject({ method: method as 'GET', url, headers: { authorization: `Bearer ${token}` } }),
    ]

    expect([stranger.statusCode, caller.statusCode]).toEqual([401, 404])
    if (method !== 'HEAD') expect(caller.json()).toMatchObject({ reason: 'not_found', status: 404, fix: expect.any(String) })
  })

  test.each([
    ['DELETE', '/healthz', 'GET'],
    ['HEAD', '/healthz', 'GET'],
    ['OPTIONS', '/api/v1/deployments', 'GET, POST'],
    ['PUT', '/api/v1/deployments/shop?volumes=true', 'GET, DELETE'],
    ['GET', '/api/v1/deployments/shop/stop', 'POST'],
  ])('%s %s is said to take %s, which only a caller with the token learns', async (method, url, allow) => {
    const { app } = anApp()

    const [stranger, caller] = [
      await app.inject({ method: method as 'GET', url }),
      await app.inject({ method: method as 'GET', url, headers: { authorization: `Bearer ${token}` } }),
    ]

    expect([stranger.statusCode, stranger.headers.allow]).toEqual([401, undefined])
    expect([caller.statusCode, caller.headers.allow]).toEqual([405, allow])
    if (method !== 'HEAD') expect(caller.json()).toMatchObject({ reason: 'method_not_allowed', fix: expect.any(String) })
  })

  test('a POST that needs no body may name the type of one', async () => {
    const { app } = anApp()

    const answer = await ask(app, { method: 'POST', url: '/api/v1/deployments/nobody/stop', headers: { 'content-type': 'application/json' }, payload: '' })

    expect([answer.statusCode, answer.json().reason]).toEqual([404, 'not_found'])
  })

  test('an address that cannot be decoded is refused like any other without it', async () => {
    const { app } = anApp()

    const [stranger, foreign, caller] = await Promise.all([
      app.inject('/api/v1/deployments/%zz'),
      app.inject({ url: '/api/v1/deployments/%zz', headers: { host: 'evil.test', authorization: `Bearer ${token}` } }),
      ask(app, { url: '/api/v1/deployments/%zz' }),
    ])

    expect([stranger.statusCode, foreign.statusCode, caller.statusCode]).toEqual([401, 403, 400])
    expect(caller.json()).toMatchObject({ reason: 'address_invalid' })
    expect(stranger.headers['x-content-type-options']).toBe('nosniff')
  })

  test('the word Bearer may be written in any case', async () => {
    const { app } = anApp()

    const answer = await app.inject({ url: '/api/v1/deployments', headers: { authorization: `bearer ${token}` } })

    expect(answer.statusCode).toBe(200)
  })
})

describe('the name it is asked under', () => {
  const usual = anApp({ port: 8480 })
  const statusOf = async (headers: Record<string, string>, { app } = usual, url = '/healthz') => {
    return (await app.inject({ url, headers: { authorization: `Bearer ${token}`, ...headers } })).statusCode
  }

  test.each([
    ['localhost:8480', 200],
    ['LOCALHOST:8480', 200],
    ['127.0.0.1:8480', 200],
    ['127.1.2.3:8480', 200],
    ['[::1]:8480', 200],
    ['localhost', 403],
    ['localhost:8481', 403],
    ['localhost:8480.evil.test', 403],
    ['localhost.evil.test:8480', 403],
    ['127.0.0.1.nip.io:8480', 403],
    ['evil.test', 403],
    ['evil.test:8480', 403],
    ['0.0.0.0:8480', 403],
    ['user@localhost:8480', 403],
    ['', 403],
  ])('a Host of "%s" is answered with %i, whatever token comes with it', async (host, status) => {
    expect(await statusOf({ host })).toBe(status)
    expect(await statusOf({ host }, usual, '/api/v1/deployments')).toBe(status)
  })

  test('the operator may add names', async () => {
    const app = anApp({ port: 8480, hosts: ['Torii.example.org', '10.0.0.7:8480'] })

    const statuses = await Promise.all(['torii.example.org', '10.0.0.7:8480', 'localhost:8480', '10.0.0.7'].map((host) => statusOf({ host }, app)))

    expect(statuses).toEqual([200, 200, 200, 403])
  })

  test('on port 80 the port may be left out', async () => {
    expect(await statusOf({ host: 'localhost' }, anApp({ port: 80 }))).toBe(200)
  })

  test.each([
    [undefined, 200],
    ['http://localhost:8480', 200],
    ['http://127.0.0.1:8480', 200],
    ['http://localhost:61100', 403],
    ['https://evil.test', 403],
    ['http://localhost:8480.evil.test', 403],
    ['null', 403],
    ['', 403],
  ])('a page of origin "%s" is answered with %i', async (origin, status) => {
    const headers = { host: 'localhost:8480', ...(origin !== undefined && { origin }) }

    expect(await statusOf(headers)).toBe(status)
    expect(await statusOf(headers, usual, '/api/v1/deployments')).toBe(status)
  })
})

test('every answer is kept from being stored, framed, guessed at or read by other sites', async () => {
  const { app } = anApp({ world: { deployments: [] } })
  const wishes = { origin: 'http://localhost', 'access-control-request-method': 'POST' }

  const answers = await Promise.all([
    ...[...(await routesOf()), 'GET /nothing', 'GET /%zz'].map((route) => app.inject({ ...asked(route), headers: wishes })),
    ask(app, { url: '/api/v1/deployments' }),
    ask(app, { url: '/api/v1/deployments/nobody' }),
  ])

  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-') || name === 'set-cookie')).toEqual([])
  }
})
