import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Route } from '../../src/deploy/ports.ts'
import { markOf, type ProbeAttempt } from '../../src/deploy/record.ts'
import { routerName } from '../../src/traefik/route-file.ts'
import { createTraefikWorld, type TraefikWorld } from './proxy-world.ts'

let world: TraefikWorld

beforeAll(async () => {
  world = await createTraefikWorld()
  await world.begin()
}, 60_000)

afterAll(() => world.end())

const never = new AbortController().signal
const secret = 'c0ffee'.repeat(6)

function routesTo(address: string): { port: Route; path: Route } {
  const ref = { deployment: randomUUID(), revision: 1 }
  const port: Route = { ref, kind: 'port', port: world.proxy.ports()[0] as number, prefix: '', stripPrefix: false, to: [address], candidate: null }
  return { port, path: { ...port, kind: 'path', port: world.proxy.httpsPort, prefix: `/runtime/apps/${ref.deployment}`, stripPrefix: true } }
}

const probe = ({ candidate, ...route }: Route, timeoutMs = 5000) => world.proxy.probe({ url: world.proxy.url(route), candidate, timeoutMs }, never)

async function publish(...routes: Route[]): Promise<ProbeAttempt> {
  await world.proxy.publish(routes)
  const [by] = routes as [Route]
  let attempt = await probe(by)
  for (let looks = 0; attempt.mark !== markOf(by.ref) && looks < 1000; looks++) attempt = await probe(by, 300)
  return attempt
}

/** Asks as a client that is not us. */
async function ask(url: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request(url, { agent: false, rejectUnauthorized: false, headers }, resolve).on('error', reject).end()
  const answer = await promise
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) }
}

const echo = () => world.serve((asked, answer) => answer.end(JSON.stringify({ url: asked.url, headers: asked.headers })))

test('a path route takes the prefix away and tells the app about it', async () => {
  const { path } = routesTo(await echo())
  await publish(path)

  const { body } = await ask(`${world.proxy.url(path)}deep/er?a=b`)

  expect(JSON.parse(body)).toMatchObject({ url: '/deep/er?a=b', headers: { 'x-forwarded-prefix': path.prefix, 'x-forwarded-proto': 'https' } })
})

test('a path route leaves the prefix where it is when asked to', async () => {
  const { path } = routesTo(await echo())
  await publish({ ...path, stripPrefix: false })

  const { body } = await ask(`${world.proxy.url(path)}deep`)

  expect(JSON.parse(body).url).toBe(`${path.prefix}/deep`)
})

test('the bare prefix leads to its slash', async () => {
  const { path } = routesTo(await echo())
  await publish(path)

  const { status, headers } = await ask(`${world.proxy.url(path).slice(0, -1)}?a=b`)

  expect({ status, location: headers.location }).toEqual({ status: 302, location: `${world.proxy.url(path)}?a=b` })
})

test('nothing a client claims arrives as ours', async () => {
  const { port, path } = routesTo(await echo())
  await publish(port, path)
  const names = ['Prefix', 'Host', 'For', 'Proto', 'Port', 'Server', 'Uri', 'User'].flatMap((name) => [
    `X-Forwarded-${name}`,
    `X_Forwarded_${name}`,
    `X.Forwarded-${name}`,
  ])
  const claims = [...names, 'X-Real-Ip', 'Forwarded', 'X-User-Id', 'x_user_id', 'X-User.Email', 'X-Torii-Candidate', 'X_Torii-Candidate']

  for (const url of [world.proxy.url(port), world.proxy.url(path)]) {
    for (const connection of ['close', 'X-Forwarded-Host, X-Forwarded-Prefix, X-Real-Ip, close']) {
      const { body } = await ask(url, { ...Object.fromEntries(claims.map((name) => [name, 'forged'])), connection })
      expect(body).not.toContain('forged')
      expect(JSON.parse(body).headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': new URL(url).host })
    }
  }
})

test('an app cannot pass for another revision, nor for the proxy', async () => {
  const forger = await world.serve((_, answer) => {
    answer.writeHead(503, { 'X-Torii-Revision': 'someone/1', 'X-Torii-Proxy': 'starting' })
    answer.end('no available server')
  })
  const { port } = routesTo(forger)

  await publish(port)

  expect(await probe(port)).toMatchObject({ hop: 'app', mark: markOf(port.ref), status: 503, detail: 'HTTP 503 from the app' })
})

test('the candidate’s secret never reaches the app', async () => {
  const { port } = routesTo(await echo())
  const candidate = { ...port, candidate: secret }
  await publish(candidate)

  const { body } = await ask(world.proxy.url(port), { 'X-Torii-Candidate': secret })

  expect(JSON.parse(body).headers).not.toHaveProperty('x-torii-candidate')
  expect(await ask(world.proxy.url(port))).toMatchObject({ status: 404 })
})

test('the starting page is always a 503, with our page or without', async () => {
  const { port, path } = routesTo('http://127.0.0.1:1')

  expect(await publish({ ...port, to: 'starting' }, { ...path, to: 'stopped' })).toMatchObject({
    hop: 'proxy',
    status: 503,
    detail: 'HTTP 503 from the proxy: starting',
  })
  expect(await probe({ ...path, to: 'stopped' })).toMatchObject({ hop: 'proxy', status: 503, detail: 'HTTP 503 from the proxy: stopped' })
})

test('an endless body does not hold up the verdict', async () => {
  const dripping = await world.serve((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' })
    answer.write('data: 1\n\n')
  })
  const { port } = routesTo(dripping)

  const attempt = await publish(port)

  expect(attempt).toMatchObject({ hop: 'app', status: 200, detail: '' })
  expect(attempt.ms).toBeLessThan(1500)
})

test('a body that breaks off is said, and the status stands', async () => {
  const breaking = await world.serve((_, answer) => {
    answer.writeHead(200)
    answer.write('half', () => answer.destroy())
  })
  const { port } = routesTo(breaking)

  expect(await publish(port)).toMatchObject({ hop: 'app', status: 200, failed: 'broke_off', detail: 'HTTP 200 from the app, but the answer broke off' })
})

test('headers of 100 KiB and interim answers are no trouble', async () => {
  const talkative = await world.serve((_, answer) => {
    answer.writeEarlyHints({ link: '</style.css>; rel=preload' })
    answer.writeProcessing()
    answer.writeHead(200, { 'x-long': 'x'.repeat(100_000) })
    answer.end('hello')
  })
  const { port } = routesTo(talkative)

  expect(await publish(port)).toMatchObject({ hop: 'app', status: 200, detail: '' })
})

test('interim answers without an end are no answer', async () => {
  const stalling = await world.listen(createServer((socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n')))
  const { port, path } = routesTo(stalling)
  await publish({ ...routesTo(await echo()).port }, path)

  expect(await probe(path, 200)).toMatchObject({ hop: 'none', status: null, detail: 'no answer within 0.2 s' })
  expect(port.to).toEqual(path.to)
})

test('a backend that hangs up is a backend, one that speaks no HTTP is the app', async () => {
  const hangingUp = routesTo(await world.listen(createServer((socket) => socket.on('error', () => {}).end()))).port
  const babbling = routesTo(await world.listen(createServer((socket) => socket.on('error', () => {}).end('220 smtp ready\r\n')))).port

  expect(await publish(hangingUp)).toMatchObject({ hop: 'backend', status: 502 })
  expect(await publish(babbling)).toMatchObject({ hop: 'app', status: 500, detail: 'HTTP 500 from the app, or what it sent is no HTTP' })
})

test('Traefik’s own view names the router, and forgets it when the last route is gone', async () => {
  const { port } = routesTo(await echo())
  await publish(port)
  expect(await world.proxy.ask.router(routerName(port))).toMatchObject({ status: 'enabled', using: [`p${port.port}`] })

  await world.proxy.publish([])
  let attempt = await probe(port)
  for (let looks = 0; attempt.mark !== null && looks < 1000; looks++) attempt = await probe(port)

  expect(attempt).toMatchObject({ hop: 'proxy', status: 404, detail: 'HTTP 404 from the proxy: no route' })
  expect(await world.proxy.ask.router(routerName(port))).toBeNull()
})

test('the last of many snapshots at once wins', async () => {
  const { port } = routesTo(await echo())
  const revisions = Array.from({ length: 20 }, (_, i) => ({ ...port, ref: { ...port.ref, revision: i + 1 } }))

  await Promise.all(revisions.map((route) => world.proxy.publish([route])))

  const last = revisions.at(-1) as Route
  expect(await publish(last)).toMatchObject({ hop: 'app', mark: markOf(last.ref) })
})

function drip(socket: Socket, what: string): void {
  socket.on('error', () => {})
  socket.on('data', () => socket.write(what))
}
