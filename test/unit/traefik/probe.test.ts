import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { realClock } from '../../../src/clock.ts'
import { createAuthority } from '../../../src/traefik/authority.ts'
import { issueLeaf } from '../../../src/traefik/issue.ts'
import { connectAddress, probe } from '../../../src/traefik/probe.ts'

const day = 24 * 3_600_000
const hosts = ['localhost', '127.0.0.1', 'apps.example.org']

let home: string
let ca: string
let authority: string
const servers: { close(): unknown; closeAllConnections?(): void }[] = []

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'torii-probe-'))
  ca = await createAuthority({ config: { home, publicHost: 'localhost' }, clock: realClock }).caCertificate()
  authority = readFileSync(join(home, 'ca/authority.pem'), 'utf8')
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections?.()
  }
})

const never = new AbortController().signal

interface Case {
  publicHost?: string
  insecure?: boolean
  trusted?: string
}

async function look(port: number, { publicHost = 'localhost', insecure = false, trusted = ca }: Case = {}) {
  const config = { bind: '0.0.0.0', publicHost, probe: { insecure } }
  return probe({ url: `https://${publicHost}:${port}/a?b`, candidate: null, timeoutMs: 2000 }, { config, ca: trusted, clock: realClock }, never)
}

async function bound(server: { listen(port: number, host: string, then: () => void): unknown; address(): unknown; close(): unknown }): Promise<number> {
  servers.push(server)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  return (server.address() as AddressInfo).port
}

async function serverFor(names: string[], at = Date.UTC(2030, 0), seen: (host: string | undefined, sni: string | false) => void = () => {}): Promise<number> {
  const pem = await issueLeaf(authority, names, at)
  const server: Server = createServer({ key: pem, cert: pem }, (asked, answer) => {
    seen(asked.headers.host, (asked.socket as unknown as { servername: string | false }).servername)
    answer.writeHead(200, { 'x-torii-revision': 'id/1' }).end('hello')
  })
  return bound(server)
}

const now = () => realClock.now()

test('verifies the certificate, and says Host and SNI of the public host whatever it resolves to', async () => {
  const seen: unknown[] = []
  const port = await serverFor(hosts, now(), (host, sni) => seen.push([host, sni]))

  const attempt = await look(port, { publicHost: 'apps.example.org' })

  expect(attempt).toMatchObject({ hop: 'app', status: 200, detail: '', mark: 'id/1', phases: { dns: 0 } })
  expect(seen).toEqual([[`apps.example.org:${port}`, 'apps.example.org']])
})

test('sends no SNI for a public host that is an address', async () => {
  const seen: unknown[] = []
  const port = await serverFor(['10.9.8.7'], now(), (host, sni) => seen.push([host, sni]))

  expect(await look(port, { publicHost: '10.9.8.7' })).toMatchObject({ status: 200 })
  expect(seen).toEqual([[`10.9.8.7:${port}`, false]])
})

test('an address that the certificate does not name is refused', async () => {
  expect(await look(await serverFor(hosts, now()), { publicHost: '10.9.8.7' })).toMatchObject({
    hop: 'none',
    status: null,
    detail: 'certificate of another host',
  })
})

test.each([
  ['an expired certificate', () => serverFor(hosts, now() - 500 * day), {}, 'certificate expired'],
  ['one that is not valid yet', () => serverFor(hosts, now() + 500 * day), {}, 'certificate not valid yet'],
  ['one of another host', () => serverFor(['other.example'], now()), {}, 'certificate of another host'],
  ['one of another authority', () => serverFor(hosts, now()), { trusted: '' }, 'certificate of another authority'],
] as const)('%s is a certificate’s trouble, and insecure overlooks it', async (_, serve, settings, detail) => {
  const port = await serve()

  expect(await look(port, settings)).toMatchObject({
    hop: 'none',
    failed: 'certificate',
    status: null,
    mark: null,
    detail,
    phases: { tcp: expect.any(Number), firstByte: null },
  })
  expect(await look(port, { ...settings, insecure: true })).toMatchObject({ hop: 'app', status: 200 })
})

test('nothing listens', async () => {
  const port = await bound(createTcpServer())
  servers.pop()?.close()

  expect(await look(port)).toMatchObject({ hop: 'none', status: null, failed: 'refused', detail: 'connection refused', phases: { tcp: null } })
})

test('no TLS there', async () => {
  const port = await bound(createHttpServer((_, answer) => answer.end()))

  expect(await look(port)).toMatchObject({ hop: 'none', failed: 'tls', detail: 'TLS failed: no TLS there', phases: { tls: null } })
})

test('a listener that hangs up', async () => {
  const port = await bound(createTcpServer((socket) => socket.destroy()))

  expect(await look(port)).toMatchObject({ hop: 'none', failed: 'closed', detail: 'connection closed without an answer' })
})

test('a listener that says nothing is a timeout before TLS', async () => {
  const port = await bound(createTcpServer((socket) => socket.on('error', () => {})))
  const config = { bind: '127.0.0.1', publicHost: 'localhost', probe: { insecure: false } }

  const attempt = await probe({ url: `https://localhost:${port}/`, candidate: null, timeoutMs: 50 }, { config, ca, clock: realClock }, never)

  expect(attempt).toMatchObject({ hop: 'none', failed: 'timeout', detail: 'no answer within 0.05 s', phases: { tcp: expect.any(Number), tls: null } })
})

test('an answer whose body was promised and does not come is none; a stream without an end is one', async () => {
  const pem = await issueLeaf(authority, hosts, now())
  const answering = (headers: Record<string, string>, first: string) =>
    bound(
      createServer({ key: pem, cert: pem }, (_, answer) => {
        answer.writeHead(200, { 'x-torii-revision': 'id/1', ...headers })
        answer.flushHeaders()
        if (first !== '') answer.write(first)
      }),
    )
  const config = { bind: '127.0.0.1', publicHost: 'localhost', probe: { insecure: false } }
  const asked = async (headers: Record<string, string>, first: string, timeoutMs: number) =>
    probe({ url: `https://localhost:${await answering(headers, first)}/`, candidate: null, timeoutMs }, { config, ca, clock: realClock }, never)

  const missing = { hop: 'app', status: 200, failed: 'timeout', detail: 'HTTP 200 from the app, but its body did not come' }
  expect(await asked({ 'content-length': '1000' }, 'a', 300)).toMatchObject(missing)
  expect(await asked({ 'content-type': 'text/html' }, '', 300)).toMatchObject(missing)
  expect(await asked({ 'content-type': 'text/event-stream' }, '', 2000)).toMatchObject({ hop: 'app', status: 200, failed: null })
  expect(await asked({ 'content-type': 'text/html' }, '<p>', 2000)).toMatchObject({ hop: 'app', status: 200, failed: null })
})

test('a called-off probe rejects with the reason', async () => {
  const off = new AbortController()
  off.abort(new Error('called off'))
  const config = { bind: '127.0.0.1', publicHost: 'localhost', probe: { insecure: false } }

  await expect(probe({ url: 'https://localhost:1/', candidate: null, timeoutMs: 50 }, { config, ca, clock: realClock }, off.signal)).rejects.toThrow(
    'called off',
  )
})

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
  ['192.168.1.2', '192.168.1.2'],
])('a proxy bound to %s is asked at %s', (bind, address) => {
  expect(connectAddress(bind)).toBe(address)
})
