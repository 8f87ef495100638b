import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApi } from '../../../src/cli/api.ts'
import { createClient } from '../../../src/cli/client.ts'
import { endpointOf } from '../../../src/cli/endpoint.ts'
import type { NewToken } from '../../../src/server/contract-access.ts'
import { addSecureServer, type SecureServer } from '../../../src/server/secure-server.ts'
import { certificateIn, issueAuthority, issueLeaf } from '../../../src/traefik/issue.ts'
import { aDeployment } from '../cli/makers.ts'
import { freePort } from './a-server.ts'
import { anApp, ask, type Built, type Changes, token } from './an-app.ts'

const bind = '127.0.0.2'
let authority: string
let leaf: string

beforeAll(async () => {
  authority = await issueAuthority(Date.now())
  leaf = await issueLeaf(authority, [bind, 'torii.example.org'], Date.now())
})

/** The app beyond 127.0.0.1, on an address of loopback's all the same. */
async function aSecureServer(changes: Changes = {}, never = '10.213.0.0/16'): Promise<Built & { port: number; secure: SecureServer } & AsyncDisposable> {
  const port = await freePort()
  const built = anApp({ hosts: [`${bind}:${port}`], ...changes })
  const secure = addSecureServer(built.app, { cert: leaf, key: leaf }, changes.limits)
  await built.app.ready()
  await secure.listen({ bind, port, never })
  return { ...built, port, secure, [Symbol.asyncDispose]: () => built.app.close() }
}

async function opened(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: bind, port, ca: certificateIn(authority), ...options })
  await once(socket, 'secureConnect')
  return socket
}

const answerTo = async (port: number, bytes: string) => {
  const socket = await opened(port)
  socket.write(bytes.replaceAll('PORT', String(port)))
  return text(socket)
}

const statusOf = (answer: string) => Number(answer.split(' ')[1])

describe('beyond loopback', () => {
  test('a remote command line with a scoped token and the authority sees what the token may know of', async () => {
    const deployments = [aDeployment({ name: 'team-a-web' }), { ...aDeployment({ name: 'team-b-web' }), id: 'b' }]
    await using server = await aSecureServer({ world: { deployments } })
    const made = await ask(server.app, { method: 'POST', url: '/api/v1/tokens', payload: { name: 'ci', scope: 'read', names: ['team-a-*'], expiresIn: null } })
    const folder = mkdtempSync(join(tmpdir(), 'torii-secure-'))
    writeFileSync(join(folder, 'token'), (made.json() as NewToken).token)
    writeFileSync(join(folder, 'ca.pem'), certificateIn(authority))
    const options = { server: `https://${bind}:${server.port}`, tokenFile: join(folder, 'token'), ca: join(folder, 'ca.pem') }
    const api = createApi(createClient(endpointOf(options, { home: folder, apiHost: '', apiPort: 0 })))

    expect((await api.list()).deployments.map(({ name }) => name)).toEqual(['team-a-web'])
    await expect(api.stop('team-a-web')).rejects.toMatchObject({ exit: 7, reason: 'not_allowed', message: expect.stringContaining('scope deploy') })
    await expect(api.get('team-b-web')).rejects.toMatchObject({ reason: 'not_found' })
    expect(server.controller.calls.map(([name]) => name)).toEqual(['list'])
  })

  test.each([
    ['its own address', `Host: ${bind}:PORT`, 200],
    ['loopback’s name with the port of this socket', 'Host: localhost:PORT', 403],
    ['a name of anybody’s', 'Host: evil.test:PORT', 403],
    ['no name', 'X: y', 403],
    ['a page of anybody’s', `Host: ${bind}:PORT\r\nOrigin: https://evil.test`, 403],
  ])('it is asked under %s: %s', async (_, headers, status) => {
    await using server = await aSecureServer()

    const answer = await answerTo(server.port, `GET /api/v1/deployments HTTP/1.1\r\n${headers}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`)

    expect(statusOf(answer)).toBe(status)
  })

  test('nothing is answered in clear', async () => {
    await using server = await aSecureServer()
    const socket = connectPlain(server.port, bind)
    socket.write(`GET /healthz HTTP/1.1\r\nHost: ${bind}:${server.port}\r\n\r\n`)
    socket.on('error', () => {})

    expect(await text(socket).catch(() => '')).not.toContain('HTTP/1.1')
  })

  test('a container, which comes from the pool of networks, is closed to before it has said anything', async () => {
    await using server = await aSecureServer({}, '127.0.0.0/8')
    await expect(opened(server.port)).rejects.toThrow(/ECONNRESET|disconnected/)
  })

  test('TLS before 1.2 is refused', async () => {
    await using server = await aSecureServer()

    await expect(opened(server.port, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL@SECLEVEL=0' })).rejects.toThrow(/version|alert|protocol/i)
  })

  test.each([
    ['a handshake that never comes', true, ''],
    ['headers that never end', false, 'GET /healthz HTTP/1.1\r\nHost: x\r\nX'],
    [
      'a body that never comes',
      false,
      `POST /api/v1/deployments HTTP/1.1\r\nHost: ${bind}:PORT\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    ],
  ])('whoever is slow is cut off: %s', async (_, plain, bytes) => {
    await using server = await aSecureServer({ limits: { headersWithin: 50, uploadWithin: 100, check: 10 } })

    if (plain) {
      const socket = connectPlain(server.port, bind)
      await once(socket, 'connect')
      await text(socket).catch(() => '')
      expect(socket.closed || socket.destroyed || socket.readableEnded).toBe(true)
    } else expect(statusOf(await answerTo(server.port, bytes))).toBe(408)
    expect(server.controller.calls).toEqual([])
  })

  test('headers too large are refused', async () => {
    await using server = await aSecureServer()

    expect(statusOf(await answerTo(server.port, `GET /healthz HTTP/1.1\r\nHost: x\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`))).toBe(431)
  })

  test('another certificate is seen by the next connection', async () => {
    await using server = await aSecureServer()
    const fresh = await issueLeaf(authority, [bind], Date.now())
    const shown = async () => {
      const socket = await opened(server.port)
      const { fingerprint256 } = socket.getPeerCertificate()
      socket.destroy()
      return fingerprint256
    }

    const before = await shown()
    server.secure.serve({ cert: fresh, key: fresh })

    expect(await shown()).not.toBe(before)
  })

  test('it closes with the app, also where connections wait', async () => {
    const server = await aSecureServer()
    const socket = await opened(server.port)
    const ended = once(socket, 'close')
    socket.on('error', () => {})
    socket.resume()

    await server.app.close()

    await ended
    await expect(opened(server.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('a port that is taken and an address that is not this machine’s are named with their variable', async () => {
    await using server = await aSecureServer()
    const other = addSecureServer(anApp().app, { cert: leaf, key: leaf })
    const third = addSecureServer(anApp().app, { cert: leaf, key: leaf })

    await expect(other.listen({ bind, port: server.port, never: '10.213.0.0/16' })).rejects.toMatchObject({
      trouble: { reason: 'port_in_use', fix: expect.stringContaining('TORII_API_TLS_PORT') },
    })
    await expect(third.listen({ bind: '192.0.2.1', port: server.port, never: '10.213.0.0/16' })).rejects.toThrow('TORII_API_BIND')
  })
})
