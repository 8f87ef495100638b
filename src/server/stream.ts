import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { Clock } from '../deploy/ports.ts'
import { createDrain, untilGone } from './reader.ts'

/** Server-sent events to one reader. */
export interface EventStream {
  /** Aborts when the reader leaves, falls too far behind, or the server closes. */
  signal: AbortSignal
  /** Begins the answer; from here on nothing can be refused any more. */
  open(): void
  /** Begins it if need be. Resolves when the reader has room again; who does not wait for that is cut off at the bound. */
  send(frame: string): Promise<void>
  /** The good end. */
  end(last?: string): void
  /** Ends it so that the reader sees that something is missing, once it has what is on its way. */
  cut(last?: string): void
}

/** `every`: ms between heartbeats. `bound`: bytes that may wait for this reader. */
export interface StreamRules {
  clock: Clock
  closing: AbortSignal
  every: number
  bound: number
}

/** Readers that come back wait this long, ms. It is also the first they get. */
const opening = 'retry: 1000\n\n'
const heartbeat = ': alive\n\n'

export function createStream(reply: FastifyReply, { clock, closing, every, bound }: StreamRules): EventStream {
  const { raw } = reply
  const signal = untilGone(raw, closing)
  const drained = createDrain(raw, signal)
  const over = () => raw.destroyed || raw.writableEnded
  const write = (frame: string) => {
    if (over()) return
    if (raw.writableLength <= bound) return void raw.write(frame)
    reply.log.warn({ bytes: raw.writableLength }, 'a reader that stalls is cut off')
    raw.destroy()
  }
  const open = () => {
    if (raw.headersSent) return
    reply.hijack()
    if (over()) return
    raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    write(opening)
    void beat(clock, every, signal, () => write(heartbeat))
  }
  const send = (frame: string) => {
    open()
    write(frame)
    return drained()
  }
  const end = (last = '') => {
    open()
    if (!over()) raw.end(last)
  }
  const cut = (last = '') => {
    if (!over()) raw.write(last, () => raw.destroy())
  }
  return { signal, open, send, end, cut }
}

async function beat(clock: Clock, every: number, signal: AbortSignal, ring: () => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(every, signal).catch(() => {})
    if (!signal.aborted) ring()
  }
}
