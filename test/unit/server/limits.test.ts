import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { aDeployment, aView } from '../cli/makers.ts'
import { aServer } from './a-server.ts'
import { answerTo, opened, stalledReader, until } from './sockets.ts'

const problemOf = (answer: string) => JSON.parse(answer.split('\r\n\r\n')[1] ?? '')
const statusOf = (answer: string) => Number(answer.split(' ')[1])

describe('requests that are none', () => {
  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 400, 'request_invalid'],
    ['headers too large', `GET /healthz HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['an address too long', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'headers_too_large'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400, 'request_invalid'],
    ['a length and chunks', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400, 'request_invalid'],
  ])('%s', async (_, bytes, status, reason) => {
    await using server = await aServer()

    const answer = await answerTo(server.port, bytes)

    expect(statusOf(answer)).toBe(status)
    expect(problemOf(answer)).toMatchObject({ type: 'about:blank', status, reason })
    expect(answer).toContain('x-content-type-options: nosniff')
  })

  test.each([
    ['no Host', 'GET /api/v1/deployments HTTP/1.1\r\nConnection: close\r\n\r\n', 403],
    ['no Host, in an old way', 'GET /healthz HTTP/1.0\r\n\r\n', 403],
    ['the address of somebody else', 'GET http://evil.test/healthz HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n', 403],
    ['a way out of the pages', 'GET /pages/../api/v1/deployments HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n', 401],
    ['an encoded one', 'GET /pages/%2e%2e/api/v1/deployments HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n', 401],
  ])('%s is refused', async (_, bytes, status) => {
    await using server = await aServer()

    const answer = await answerTo(server.port, bytes.replace('PORT', String(server.port)))

    expect(statusOf(answer)).toBe(status)
    expect(problemOf(answer)).toMatchObject({ status })
  })

  test.each([
    ['without any Host', ''],
    ['to one who wants a WebSocket', 'Connection: upgrade\r\nUpgrade: websocket\r\n'],
  ])('a page is answered %s', async (_, headers) => {
    await using server = await aServer()

    const answer = await answerTo(server.port, `GET /pages/starting HTTP/1.0\r\n${headers}\r\n`)

    expect(statusOf(answer)).toBe(200)
  })
})

describe('requests that take their time', () => {
  const quick = { headersWithin: 50, requestWithin: 100, check: 10 }

  test.each([
    ['headers that never end', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX'],
    [
      'a body that never comes',
      'POST /api/v1/deployments HTTP/1.1\r\nHost: localhost:PORT\r\nAuthorization: Bearer TOKEN\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
    ['nothing at all', ''],
  ])('%s', async (_, bytes) => {
    await using server = await aServer({ limits: quick })

    const begun = Promise.withResolvers<void>()
    server.app.server.on('request', () => begun.resolve())
    const answered = answerTo(server.port, bytes.replace('PORT', String(server.port)).replace('TOKEN', server.token))
    if (bytes.startsWith('POST')) await begun.promise.then(() => setImmediate()).then(() => server.clock.advance(quick.requestWithin))
    const answer = await answered

    expect(statusOf(answer)).toBe(408)
    expect(problemOf(answer)).toMatchObject({ reason: 'request_timeout' })
    expect(server.controller.calls).toEqual([])
  })

  test('work may take longer than any silence that is allowed to a connection', async () => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof aView>>()
    await using server = await aServer({ controller: { submit: () => promise }, limits: { stalled: 200 } })
    const silences: unknown[] = []
    server.app.server.on('connection', (socket) => socket.on('timeout', () => silences.push(socket)))
    const answer = server.request('/api/v1/deployments', { method: 'POST', body: '{"path":"/x"}', headers: { 'content-type': 'application/json' } })

    await until(() => silences.length > 0)
    resolve(aView())

    expect((await answer).status).toBe(202)
  })
})

test('an answer that nobody reads is cut off', async () => {
  const deployments = Array.from({ length: 50_000 }, (_, at) => aDeployment({ name: `app-${at}` }))
  await using server = await aServer({ world: { deployments }, limits: { stalled: 200 } })
  let closed = false
  server.app.server.on('connection', (socket) => socket.on('close', () => (closed = true)))

  const stalled = await stalledReader(server, '/api/v1/deployments')
  await until(() => closed)

  stalled.destroy()
})

test('a body too large is refused before it has come', async () => {
  await using server = await aServer()
  const headers = { 'content-type': 'application/json' }

  const told = await server.request('/api/v1/deployments', { method: 'POST', body: JSON.stringify({ path: '/x', name: 'x'.repeat(1_100_000) }), headers })
  const untold = await answerTo(
    server.port,
    `POST /api/v1/deployments HTTP/1.1\r\nHost: localhost:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n${'x'.repeat(0x200000)}`,
  )

  expect([told.status, ((await told.json()) as { reason: string }).reason]).toEqual([413, 'body_too_large'])
  expect([statusOf(untold), problemOf(untold).reason]).toEqual([413, 'body_too_large'])
})

describe('closing', () => {
  test('lets a request in progress end, refuses a new one on the same connection, and takes no further ones', async () => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof aView>>()
    await using server = await aServer({ controller: { submit: () => promise } })
    const submitted = server.request('/api/v1/deployments', { method: 'POST', body: '{"path":"/x"}', headers: { 'content-type': 'application/json' } })
    const socket = await opened(server.port)
    socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost:${server.port}\r\n`)
    await until(() => server.controller.calls.length === 1)

    const closing = server.app.close()
    await until(() => !server.app.server.listening)
    socket.write('\r\n')
    const late = await text(socket)
    const refused = await server.request('/healthz').catch((error: Error) => error.cause)
    resolve(aView())
    await closing

    expect([statusOf(late), problemOf(late).reason]).toEqual([503, 'stopping'])
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' })
    expect((await submitted).status).toBe(202)
  })

  test('does not wait for ever for one that does not end', async () => {
    await using server = await aServer({ controller: { submit: () => new Promise(() => {}) } })
    const submitted = server.request('/api/v1/deployments', { method: 'POST', body: '{"path":"/x"}', headers: { 'content-type': 'application/json' } })
    await until(() => server.controller.calls.length === 1)

    const closing = server.app.close()
    await until(() => !server.app.server.listening)
    const [ended] = await Promise.all([Promise.allSettled([submitted]), server.clock.advance(5_000), closing])

    expect(ended).toMatchObject([{ status: 'rejected' }])
  })

  test('is not held up by connections without a request', async () => {
    await using server = await aServer()
    const half = await opened(server.port)
    half.write('GET /healthz HTTP/1.1\r\n')
    await server.request('/healthz').then((response) => response.text())
    const ended = once(half, 'close')

    await server.app.close()

    await ended
  })
})
