import { type ClientRequest, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { Readable } from 'node:stream'

/** ms. */
const connectWithin = 10_000
const askAliveEvery = 30_000

interface Call {
  method: string
  headers: Record<string, string>
  body: string | null
  signal: AbortSignal | null
  /** PEM of the authorities to trust; null: those that Node trusts. */
  ca?: string | null
}

/** Like `fetch`, for an answer that may take longer to begin than the 300 s that `fetch` allows (undici in Node 24), and for an authority of one's own. */
export function patientFetch(url: string, { method, headers, body, signal, ca = null }: Call): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const request = url.startsWith('https:') ? secureRequest : plainRequest
  const options = { method, headers, agent: false as const, timeout: connectWithin, ...(signal && { signal }), ...(ca !== null && { ca }) }
  const asking = request(url, options, (answer) => {
    resolve(new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status: answer.statusCode ?? 500, headers: typeOf(answer.headers) }))
  })
  asking.on('error', reject)
  connectInTime(asking)
  asking.end(body ?? undefined)
  return promise
}

function typeOf({ 'content-type': type }: { 'content-type'?: string | undefined }): Record<string, string> {
  return type === undefined ? {} : { 'content-type': type }
}

/** Whoever does not connect in time never does. Whoever has connected may be silent for as long as the network says that it is there. */
function connectInTime(asking: ClientRequest): void {
  let connected = false
  asking.on('socket', (socket) => {
    // A TLS socket has connected when both sides know each other.
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
      connected = true
      socket.setKeepAlive(true, askAliveEvery)
    })
  })
  asking.on('timeout', () => {
    if (!connected) asking.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }))
  })
}
