import type { ClientRequest, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { realClock } from '../clock.ts'
import type { Clock } from '../deploy/ports.ts'
import { beginRequest, tooLate } from './begin-request.ts'
import type { Archive } from './client.ts'

/** Where an archive is sent. */
interface Receiver {
  url: string
  token: string
  /** PEM of the authorities to trust; null: those that Node trusts. */
  ca: string | null
}

/** ms without a byte taken or an answer: what was sent is written to a disk that may be slow. `fetch` allows as much (undici in Node 24). */
const silence = 300_000

/**
 * Sends an archive as it is made, no faster than it is taken. Whoever refuses answers before all of it has come: then no more of it is sent.
 * Rejects with what making it rejects with, and with what the network says; with ETIMEDOUT where nobody connects, takes or answers any more.
 */
export async function sendArchive(
  { url, token, ca }: Receiver,
  { size, chunks }: Archive,
  signal: AbortSignal,
  clock: Clock = realClock,
): Promise<{ status: number; body: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-tar', 'content-length': size }
  const asking = beginRequest(url, { method: 'POST', headers, signal, ca })
  const { promise: answered, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  asking.on('response', resolve).on('error', reject)
  const source = Readable.from(chunks, { objectMode: false })
  // What cannot be made is told by itself, and not by the connection that then breaks off.
  source.on('error', (error) => {
    reject(error)
    asking.destroy()
  })
  source.pipe(asking)
  const over = new AbortController()
  void endSilence(asking, clock, over.signal)
  try {
    const answer = await answered
    source.unpipe(asking)
    return { status: answer.statusCode ?? 500, body: await text(answer) }
  } finally {
    over.abort()
    source.destroy()
    asking.destroy()
  }
}

async function endSilence(asking: ClientRequest, clock: Clock, signal: AbortSignal): Promise<void> {
  const passed = () => (asking.socket?.bytesWritten ?? 0) + (asking.socket?.bytesRead ?? 0)
  for (let before = -1; !signal.aborted && before !== passed(); ) {
    before = passed()
    await clock.sleep(silence, signal).catch(() => {})
  }
  if (!signal.aborted) asking.destroy(tooLate('nothing was taken or answered in time'))
}
