import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { sendArchive } from '../../../src/cli/send-archive.ts'
import type { Controller } from '../../../src/deploy/view.ts'
import { createUploads } from '../../../src/uploads/uploads.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { aView } from '../cli/makers.ts'
import { aPlace, archive, limits } from '../uploads/archives.ts'
import { aServer, type Running } from './a-server.ts'
import type { Changes } from './an-app.ts'
import { opened, until } from './sockets.ts'

const shop = archive({ name: 'shop/compose.yaml', content: 'services: {}\n' })
const tar = { 'content-type': 'application/x-tar' }

async function aServerWithUploads(changes: Changes = {}) {
  const home = aPlace()
  const uploads = createUploads(
    { home, limits, quota: 10 * limits.bytes, keepFor: 3_600_000 },
    { clock: createFakeClock({ auto: false }), log: { warn: () => {} } },
  )
  const server = await aServer({ uploads, ...changes })
  const send = (body: Uint8Array, headers: Record<string, string> = tar) =>
    server.request('/api/v1/uploads', { method: 'POST', body: Buffer.from(body), headers })
  const post = async (path: string, body: object) => {
    const answer = await server.request(`/api/v1${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const left = () => (existsSync(join(home, 'uploads')) ? readdirSync(join(home, 'uploads')) : [])
  return { ...server, uploads, send, post, left, idOf: async () => ((await (await send(shop)).json()) as { id: string }).id }
}

/** The head of an upload of that many bytes. */
const head = ({ port, token }: Running, length: number) =>
  `POST /api/v1/uploads HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/x-tar\r\nContent-Length: ${length}\r\n\r\n`

describe('an upload', () => {
  test('is answered with its id, its size and its end', async () => {
    await using server = await aServerWithUploads()

    const answer = await server.send(shop)

    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{32}$/), bytes: shop.length, entries: 2, sha256: expect.any(String) })
  })

  test.each<[string, Uint8Array, Record<string, string>, number, string]>([
    ['what climbs out', archive({ name: '../x' }), tar, 422, 'upload_refused'],
    ['a link', archive({ name: 'x', type: '2' }), tar, 422, 'upload_refused'],
    ['what is too large', Buffer.alloc(limits.bytes + 1), tar, 422, 'upload_refused'],
    ['nothing', Buffer.alloc(0), tar, 422, 'upload_refused'],
    ['JSON', Buffer.from('{}'), { 'content-type': 'application/json' }, 415, 'tar_expected'],
    ['gzip by its encoding', shop, { ...tar, 'content-encoding': 'gzip' }, 415, 'tar_expected'],
    ['a name that is turned around', archive({ name: 'x\u202etxt.sh' }), tar, 422, 'upload_refused'],
    ['gzip by its type', shop, { 'content-type': 'application/gzip' }, 415, 'tar_expected'],
  ])('is refused with reason, sentence and fix: %s', async (_, body, headers, status, reason) => {
    await using server = await aServerWithUploads()

    const answer = await server.send(body, headers)

    expect([answer.status, await answer.json()]).toMatchObject([status, { reason, sentence: expect.stringMatching(/^The .*\.$/), fix: expect.any(String) }])
    expect(server.left()).toEqual([])
  })

  test('needs the token', async () => {
    await using server = await aServerWithUploads()

    const answer = await server.send(shop, { ...tar, authorization: 'Bearer wrong' })

    expect([answer.status, server.left()]).toEqual([401, []])
  })

  test('beyond so many at once the next is asked to come back', async () => {
    await using server = await aServerWithUploads({ limits: { uploads: 1 } })
    const socket = await opened(server.port)
    socket.write(head(server, shop.length))
    await until(() => server.left().length === 1)

    const second = await server.send(shop)

    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '5'])
    socket.destroy()
    await until(() => server.left().length === 0)
    expect((await server.send(shop)).status).toBe(201)
  })

  test('that is refused is answered while more comes, and whoever does not stop is cut off', async () => {
    await using server = await aServerWithUploads()
    const socket = await opened(server.port)
    const answer = text(socket)
    socket.write(head(server, 900_000))
    socket.write(archive({ name: '../x' }))
    await until(() => socket.bytesRead > 0)

    await server.clock.advance(5_000)

    expect(await answer).toMatch(/^HTTP\/1\.1 422 [\s\S]*climbs out/)
  })

  test.each([
    ['is too large', (server: Running) => ({ token: server.token })],
    ['nobody may send', () => ({ token: 'wrong' })],
  ])('that %s is answered to the command line, however much of it is still to come', async (_, by) => {
    await using server = await aServerWithUploads()
    const size = 64 * 1024 ** 2
    const archive = {
      size,
      chunks: (async function* () {
        for (let sent = 0; sent < size; sent += 65_536) yield Buffer.alloc(65_536, 1)
      })(),
    }
    const to = { url: `http://127.0.0.1:${server.port}/api/v1/uploads`, ca: null, ...by(server) }

    const { status } = await sendArchive(to, archive, new AbortController().signal)

    expect([401, 422]).toContain(status)
  })

  test('that is refused is answered in peace, also where the sender asks for the connection to be closed', async () => {
    await using server = await aServerWithUploads()
    const socket = await opened(server.port)
    let isClosed = false
    socket.once('close', () => (isClosed = true)).resume()
    socket.write(head(server, 900_000).replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'))
    socket.write(archive({ name: '../x' }))
    await until(() => socket.bytesRead > 0)
    // An answer to another request is a turn of the server's.
    await server.request('/healthz')
    const closedBefore = isClosed

    await server.clock.advance(5_000)

    await until(() => isClosed)
    expect(closedBefore).toBe(false)
  })

  test('may be removed', async () => {
    await using server = await aServerWithUploads()
    const id = await server.idOf()

    const removed = await server.request(`/api/v1/uploads/${id}`, { method: 'DELETE' })
    const again = await server.request(`/api/v1/uploads/${id}`, { method: 'DELETE' })

    expect([removed.status, again.status, server.left()]).toEqual([200, 404, []])
  })
})

const submit: Controller['submit'] = async ({ admitted }) => {
  admitted?.()
  return aView()
}

describe('what is made of it', () => {
  test('a deployment is submitted with the folder and where it came from, and the upload is its own then', async () => {
    await using server = await aServerWithUploads({ controller: { submit } })
    const id = await server.idOf()

    const accepted = await server.post('/deployments', { upload: id, name: 'shop' })
    const second = await server.post('/deployments', { upload: id, name: 'other' })

    expect([accepted.status, second.status, second.body['reason']]).toEqual([202, 409, 'busy'])
    expect(server.controller.calls).toEqual([
      [
        'submit',
        {
          ...{
            name: 'shop',
            path: expect.stringMatching(/\/tree\/shop$/),
            admitted: expect.any(Function),
            mayUse: expect.any(Function),
            restsOn: expect.any(Function),
          },
          upload: { id, bytes: shop.length, entries: 2, sha256: expect.any(String) },
        },
      ],
    ])
  })

  test('a Compose file of another name may be named', async () => {
    await using server = await aServerWithUploads()

    await server.post('/forecast', { upload: await server.idOf(), file: 'dev.yaml' })

    expect(server.controller.calls).toEqual([['forecast', expect.objectContaining({ path: expect.stringMatching(/\/tree\/shop\/dev\.yaml$/) })]])
  })

  test('a look ahead leaves it for the deployment', async () => {
    await using server = await aServerWithUploads({ controller: { submit } })
    const id = await server.idOf()

    await server.post('/forecast', { upload: id })

    expect((await server.post('/deployments', { upload: id })).status).toBe(202)
  })

  test.each<[string, object, number, RegExp]>([
    ['an id that nobody knows', { upload: '0'.repeat(32) }, 404, /no upload has this id/],
    ['an id that is a path', { upload: '../../etc' }, 400, /"upload" in the body must be the id of an upload/],
    ['a path too', { upload: '0'.repeat(32), path: '/x' }, 400, /"path" and "upload"/],
    ['a file that climbs', { upload: '0'.repeat(32), file: '../x' }, 400, /"file" in the body must be the name/],
    ['the folder above', { upload: '0'.repeat(32), file: '..' }, 400, /"file" in the body must be the name/],
    ['a file without upload', { path: '/x', file: 'a' }, 400, /"file" in the body goes with "upload"/],
  ])('%s is refused', async (_, body, status, sentence) => {
    await using server = await aServerWithUploads()

    expect(await server.post('/deployments', body)).toMatchObject({ status, body: { sentence: expect.stringMatching(sentence) } })
    expect(server.controller.calls).toEqual([])
  })
})
