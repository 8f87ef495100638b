import { type ClientRequest, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'

/** ms. */
const connectWithin = 10_000
const askAliveEvery = 30_000

interface Head {
  method: string
  headers: Record<string, string | number>
  signal: AbortSignal | null
  /** PEM of the authorities to trust; null: those that Node trusts. */
  ca: string | null
}

/** Begins a request on a connection of its own, secure where the address says so. Its `error` is ETIMEDOUT where nobody connects within 10 s. */
export function beginRequest(url: string, { method, headers, signal, ca }: Head): ClientRequest {
  const request = url.startsWith('https:') ? secureRequest : plainRequest
  const asking = request(url, { method, headers, agent: false, timeout: connectWithin, ...(signal && { signal }), ...(ca !== null && { ca }) })
  connectInTime(asking)
  return asking
}

/** What a request is destroyed with that took too long; `fetch` calls it so too. */
export function tooLate(message: string): Error {
  return Object.assign(new Error(message), { code: 'ETIMEDOUT' })
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
    if (!connected) asking.destroy(tooLate('no connection in time'))
  })
}
