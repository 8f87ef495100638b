import { describe, expect, test } from 'vitest'
import { createLimiter } from '../../../src/server/limiter.ts'
import { aDeployment, aView, id } from '../cli/makers.ts'
import { aServer, type Running } from './a-server.ts'
import { anApp, token } from './an-app.ts'
import { asked, routesOf } from './routes.ts'
import { answerTo, opened, until } from './sockets.ts'

const json = { 'content-type': 'application/json' }
const submit = (server: Running) => server.request('/api/v1/deployments', { method: 'POST', body: '{"path":"/srv/x"}', headers: json })
const world = { deployments: [aDeployment({ name: 'web' })], revisions: [aView({ deployment: { id, name: 'web', kind: 'app' } })] }

describe('what is too much is refused, with when to come again', () => {
  test('submits at once', async () => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof aView>>()
    await using server = await aServer({ limits: { submits: 3 }, controller: { submit: () => promise } })
    const accepted = [submit(server), submit(server), submit(server)]
    await until(() => server.controller.calls.length === 3)

    const refused = await submit(server)
    const look = await server.request('/api/v1/deployments')
    resolve(aView())

    expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as { reason: string }).reason]).toEqual([429, '5', 'busy'])
    expect(look.status).toBe(200)
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([202, 202, 202])
    expect((await submit(server)).status).toBe(202)
  })

  test('deployments that wait for others', async () => {
    await using server = await aServer({ limits: { queue: 2 }, world: { ...world, waiting: 2 } })

    const full = await submit(server)
    server.controller.world.waiting = 1
    const again = await submit(server)

    expect([full.status, full.headers.get('retry-after')]).toEqual([429, '60'])
    expect(again.status).toBe(202)
    expect(server.controller.calls.map(([name]) => name)).toEqual(['submit'])
  })

  test('streams at once, and a place is free again when a reader leaves', async () => {
    await using server = await aServer({ limits: { streams: 2 }, world })
    const follow = (signal?: AbortSignal) => server.request('/api/v1/events?follow=true', signal ? { signal } : {})
    const leave = new AbortController()
    const [first] = await Promise.all([follow(leave.signal), follow()])
    await until(() => server.controller.followers() === 2)

    const refused = await follow()
    const log = await server.request('/api/v1/deployments/web/logs?follow=true')
    leave.abort()
    await until(() => server.controller.followers() === 1)

    expect(first?.status).toBe(200)
    expect([refused.status, refused.headers.get('retry-after'), log.status]).toEqual([503, '15', 503])
    expect((await follow()).status).toBe(200)
  })

  test('streams of one token leave room for others', async () => {
    await using server = await aServer({ limits: { streamsEach: 1 }, world })
    const made = await server.request('/api/v1/tokens', { method: 'POST', body: '{"name":"ci","scope":"read","expiresIn":null}', headers: json })
    const headers = { authorization: `Bearer ${((await made.json()) as { token: string }).token}` }
    const follow = (more = {}) => server.request('/api/v1/events?follow=true', more)

    const statuses = [await follow({ headers }), await follow({ headers }), await follow(), await follow()].map(({ status }) => status)

    expect(statuses).toEqual([200, 503, 200, 200])
  })

  test('a limiter forgets callers that have none', async () => {
    const limiter = createLimiter(9, 'too_many_streams', 1)

    for (let count = 0; count < 3; count += 1) expect(await limiter.run(async () => count, 'ci')).toBe(count)
    await expect(limiter.run(() => limiter.run(async () => 'inner', 'ci'), 'ci')).rejects.toThrow('too_many_streams')
  })

  test('connections: those beyond the limit are closed, and one that ends makes room', async () => {
    await using server = await aServer({ limits: { connections: 2 } })
    const taken = [await opened(server.port), await opened(server.port)]

    const refused = await answerTo(server.port, `GET /healthz HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`).catch(() => '')
    for (const socket of taken) socket.destroy()
    await until(() => (server.app.server as unknown as { _connections: number })._connections === 0)

    expect(refused).toBe('')
    expect((await server.request('/healthz')).status).toBe(200)
  })

  test.each([
    ['a query', (port: number) => `GET /api/v1/events?after=${'1'.repeat(20_000)} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`],
    ['very many headers', (port: number) => `GET /healthz HTTP/1.1\r\nHost: localhost:${port}\r\n${'a: b\r\n'.repeat(4000)}\r\n`],
  ])('%s that is too large', async (_, bytes) => {
    await using server = await aServer()

    expect((await answerTo(server.port, bytes(server.port))).split(' ')[1]).toBe('431')
    expect(server.controller.calls).toEqual([])
  })

  test('a query that fits and says too much is refused by what it must be', async () => {
    await using server = await aServer()

    const answers = await Promise.all(
      ['after=1'.repeat(1), `after=${'1'.repeat(5000)}`, 'after=1&after=2', 'x=1'].map((query) => server.request(`/api/v1/events?${query}`)),
    )

    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 400])
  })
})

describe('a page of another site that makes a browser call us', () => {
  const right = { authorization: `Bearer ${token}` }

  test.each([
    ['from its own address', { origin: 'https://evil.test' }, 403],
    ['from a page without an origin', { origin: 'null' }, 403],
    ['from another port of this machine', { origin: 'http://localhost:61100' }, 403],
    ['under a name that it had resolved to us', { host: 'evil.test' }, 403],
  ])('%s changes nothing, even with the right token', async (_, headers, status) => {
    const routes = (await routesOf()).filter((route) => !route.startsWith('GET'))

    for (const route of routes) {
      const { app, controller } = anApp({ world })
      const answer = await app.inject({ ...asked(route), headers: { ...right, ...headers } })

      expect([answer.statusCode, controller.calls], route).toEqual([status, []])
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'with a body of %s, as a form may send it without asking, changes nothing',
    async (type) => {
      const routes = (await routesOf()).filter((route) => route.startsWith('POST'))

      for (const route of routes) {
        const { app, controller } = anApp({ world })
        const answer = await app.inject({ ...asked(route), headers: { ...right, 'content-type': type }, payload: '{"path":"/srv/x"}' })

        expect([answer.statusCode, controller.calls], route).toEqual([415, []])
      }
    },
  )

  test('is not asked for a cookie, and one that it sends says nothing', async () => {
    const { app } = anApp({ world })

    const answer = await app.inject({ url: '/api/v1/deployments', headers: { cookie: `token=${token}; authorization=Bearer ${token}` } })

    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([401, undefined])
  })

  test('gets no answer to what it asks before: no CORS', async () => {
    const { app } = anApp({ world })
    const headers = { origin: 'https://evil.test', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }

    const answer = await app.inject({ method: 'OPTIONS', url: '/api/v1/deployments', headers })

    expect(answer.statusCode).toBe(403)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
  })
})

test('a program without an Origin is answered', async () => {
  const { app } = anApp({ world })

  const answer = await app.inject({ method: 'POST', url: '/api/v1/deployments/web/stop', headers: { authorization: `Bearer ${token}` } })

  expect(answer.statusCode).toBe(200)
})
