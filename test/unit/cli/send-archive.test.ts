import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { expect, test } from 'vitest'
import { CliError } from '../../../src/cli/cli-error.ts'
import { createClient } from '../../../src/cli/client.ts'
import { sendArchive } from '../../../src/cli/send-archive.ts'
import { createFakeClock } from '../../fakes/clock.ts'

const never = new AbortController().signal
const within = 300_000

async function* pieces(count: number) {
  for (let at = 0; at < count; at++) yield Buffer.alloc(65_536)
}

const anArchive = (count: number) => ({ size: count * 65_536, chunks: pieces(count) })

async function listening<S extends Server>(server: S) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: async () => void server.close() }
}

const aPeer = (answer: RequestListener) => listening(createServer(answer))

test('whoever takes all of it and never answers is given up', async () => {
  const clock = createFakeClock({ auto: false })
  const taken = Promise.withResolvers<void>()
  await using peer = await aPeer((request) => void request.resume().on('end', taken.resolve))
  const sent = sendArchive({ ...peer, token: 't', ca: null }, anArchive(2), never, clock)
  const refused = expect(sent).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  await taken.promise

  for (let turn = 0; turn < 3; turn++) await clock.advance(within)

  await refused
})

test('so is whoever takes no more of it', async () => {
  const clock = createFakeClock({ auto: false })
  const server = createTcpServer((socket) => void socket.pause())
  await using peer = await listening(server)
  const sent = sendArchive({ ...peer, token: 't', ca: null }, anArchive(1000), never, clock)
  const refused = expect(sent).rejects.toMatchObject({ code: 'ETIMEDOUT' })
  await once(server, 'connection')
  const over = new AbortController()
  void refused.finally(() => over.abort())

  while (!over.signal.aborted) {
    await clock.advance(within)
    await new Promise(setImmediate)
  }

  await refused
})

test('an answer that is none of ours is told, not thrown as it is', async () => {
  await using peer = await aPeer((request, response) => void request.resume().on('end', () => response.end('<html>')))
  const address = `127.0.0.1:${peer.port}`
  const client = createClient({ origin: `http://${address}`, address, remote: true, credentials: async () => ({ token: 'test-token', ca: null }) })

  const refusal = await client.send('/uploads', anArchive(1), never).catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(CliError)
  expect(refusal).toMatchObject({ message: expect.stringContaining(`does not answer on ${address}`) })
})
