import { request } from 'node:http'
import { connect } from 'node:net'
import type { Clock, Engine, Knock } from '../deploy/ports.ts'

type Target = Parameters<Engine['knock']>[0]

/** Enough for every report of a health endpoint. */
const largestBody = 64 * 1024
/** As long as Docker's own record of one check (26.1.5). */
const longestOutput = 4096

interface Heard {
  status: number | null
  body: string
}

/**
 * One look at a container's own address, as this machine reaches it: a GET, or a connection. Never rejects but when `signal` aborts.
 * The Host is localhost, as for a check that runs inside: apps refuse hosts that they do not know.
 */
export async function knock(target: Target, clock: Clock, signal: AbortSignal): Promise<Knock> {
  const at = new Date(clock.now()).toISOString()
  const start = clock.monotonic()
  const late = AbortSignal.timeout(target.timeoutMs)
  const both = AbortSignal.any([late, signal])
  const ended = await (target.path === null ? connected(target, both) : answered(target, target.path, both)).then(
    (heard) => ({ ...heard, ...judged(heard) }),
    (error: NodeJS.ErrnoException) => ({ status: null, body: '', ...(late.aborted ? tooLate(target) : troubled(error, target)) }),
  )
  signal.throwIfAborted()
  return { at, ms: Math.round(clock.monotonic() - start), ...ended }
}

function judged({ status, body }: Heard): { exit: number; output: string } {
  if (status === null) return { exit: 0, output: 'connected' }
  return { exit: status < 400 ? 0 : 1, output: `HTTP ${status}${body === '' ? '' : `: ${body}`}`.slice(0, longestOutput) }
}

/** Docker's words for a check of its own, so that both are judged alike. */
function tooLate({ timeoutMs }: Target): { exit: number; output: string } {
  return { exit: -1, output: `Health check exceeded timeout (${timeoutMs / 1000}s)` }
}

function troubled({ code = '', message }: NodeJS.ErrnoException, { address, port }: Target): { exit: number; output: string } {
  const where = `${address}:${port}`
  const words: Record<string, string> = {
    ECONNREFUSED: `nothing listens on ${where}: connection refused`,
    ECONNRESET: `${where} closed the connection without an answer`,
    EHOSTUNREACH: `no way to ${where}`,
    ENETUNREACH: `no way to ${where}`,
  }
  return { exit: 1, output: words[code] ?? (code.startsWith('HPE_') ? `what ${where} answers is no HTTP: ${message}` : message) }
}

function connected({ address, port }: Target, signal: AbortSignal): Promise<Heard> {
  const { promise, resolve, reject } = Promise.withResolvers<Heard>()
  const socket = connect({ host: address, port, signal })
  socket.once('connect', () => resolve({ status: null, body: '' }))
  socket.once('error', reject)
  return promise.finally(() => socket.destroy())
}

function answered({ address, port }: Target, path: string, signal: AbortSignal): Promise<Heard> {
  const { promise, resolve, reject } = Promise.withResolvers<Heard>()
  const headers = { host: `localhost:${port}`, accept: '*/*', 'user-agent': 'torii-health' }
  const asking = request({ host: address, port, path, headers, agent: false, signal }, (answer) => {
    const chunks: Buffer[] = []
    let size = 0
    const heard = () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).subarray(0, largestBody).toString() })
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= largestBody) heard()
    })
    answer.on('end', heard)
    answer.on('error', reject)
  })
  asking.on('error', reject)
  asking.end()
  return promise.finally(() => asking.destroy())
}
