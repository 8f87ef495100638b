import type { IncomingMessage } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../deploy/ports.ts'
import type { ProbeAttempt } from '../deploy/record.ts'
import type { Answer } from './who-answered.ts'

export type Seen = { is: 'answer'; answer: Answer } | { is: 'error'; error: Error }

export interface Look {
  seen: Seen
  phases: ProbeAttempt['phases']
}

const largestBody = 4096
/**
 * ms. Traefik's own words come with the headers; an app's endless stream must not hold up the verdict. A body whose length was said is no
 * stream, and one of which nothing has come may break off yet; events alone may be long in coming.
 */
const streamPatience = 250

/** One request over a connection of its own; never throws for what the network does. Redirects are not followed by node:https. */
export async function look(options: RequestOptions, clock: Clock, signal: AbortSignal, dial: typeof request = request): Promise<Look> {
  // The address is given: there is nothing to resolve.
  const phases: ProbeAttempt['phases'] = { dns: 0, tcp: null, tls: null, firstByte: null }
  const start = clock.monotonic()
  const reached = (phase: keyof typeof phases) => {
    phases[phase] ??= round(clock.monotonic() - start)
  }
  const asking = dial({ ...options, agent: false, signal, maxHeaderSize: 256 * 1024 })
  try {
    const message = await response(asking, reached)
    const body = await readBody(message, clock, signal)
    return { phases, seen: { is: 'answer', answer: { status: message.statusCode ?? 0, headers: message.headers, ...body } } }
  } catch (error) {
    return { phases, seen: { is: 'error', error: error as Error } }
  } finally {
    asking.on('error', () => {})
    asking.destroy()
  }
}

export function round(ms: number): number {
  return Math.round(ms * 100) / 100
}

function response(asking: ReturnType<typeof request>, reached: (phase: 'tcp' | 'tls' | 'firstByte') => void): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  asking.on('socket', (socket) => {
    socket.once('connect', () => reached('tcp'))
    ;(socket as TLSSocket).once('secureConnect', () => reached('tls'))
  })
  asking.on('response', (message) => {
    reached('firstByte')
    resolve(message)
  })
  asking.on('error', reject)
  asking.end()
  return promise
}

async function readBody(message: IncomingMessage, clock: Clock, signal: AbortSignal): Promise<Pick<Answer, 'body' | 'cut'>> {
  const chunks: Buffer[] = []
  const enough = new AbortController()
  const { promise, resolve } = Promise.withResolvers<Answer['cut']>()
  const { 'content-length': length, 'content-type': type = '' } = message.headers
  const mayBeSilent = type.startsWith('text/event-stream')
  let size = 0
  let isLate = false
  const isEnough = () => size >= largestBody || (isLate && length === undefined && (size > 0 || mayBeSilent))
  message.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    if (isEnough()) resolve(null)
  })
  message.on('end', () => resolve(null))
  message.on('error', () => resolve(signal.aborted ? 'late' : 'broke_off'))
  void clock.sleep(streamPatience, AbortSignal.any([signal, enough.signal])).then(
    () => {
      isLate = true
      if (isEnough()) resolve(null)
    },
    () => {},
  )
  const cut = await promise
  enough.abort()
  return { cut, body: Buffer.concat(chunks).subarray(0, largestBody).toString('latin1') }
}
