import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Archive } from './client.ts'

/** Where an archive is sent. */
interface Receiver {
  url: string
  token: string
  /** PEM of the authorities to trust; null: those that Node trusts. */
  ca: string | null
}

/**
 * Sends an archive as it is made, no faster than it is taken. Whoever refuses answers before all of it has come: then no more of it is sent.
 * Rejects with what making it rejects with, and with what the network says.
 */
export async function sendArchive({ url, token, ca }: Receiver, { size, chunks }: Archive, signal: AbortSignal): Promise<{ status: number; body: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-tar', 'content-length': size }
  const request = url.startsWith('https:') ? secureRequest : plainRequest
  const asking = request(url, { method: 'POST', headers, agent: false, signal, ...(ca !== null && { ca }) })
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  asking.on('response', resolve).on('error', reject)
  const source = Readable.from(chunks, { objectMode: false })
  // What cannot be made is told by itself, and not by the connection that then breaks off.
  source.on('error', (error) => {
    reject(error)
    asking.destroy()
  })
  source.pipe(asking)
  try {
    const answer = await answered
    source.unpipe(asking)
    return { status: answer.statusCode ?? 500, body: await text(answer) }
  } finally {
    source.destroy()
    asking.destroy()
  }
}
