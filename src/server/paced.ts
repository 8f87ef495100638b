import type { Readable } from 'node:stream'
import type { Clock } from '../deploy/ports.ts'
import { Refusal } from './refusal.ts'

export interface Pace {
  /** So many bytes must come ... */
  least: number
  /** ... in this time, ms; what the reader takes to deal with a piece does not count. */
  within: number
}

/** What comes of a body, until the sender is too slow: then it rejects with request_timeout. The body is left open, to be answered. */
export async function* paced(body: Readable, { least, within }: Pace, clock: Clock): AsyncGenerator<Uint8Array> {
  const pieces = (body.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>)[Symbol.asyncIterator]()
  const over = new AbortController()
  const slow = Promise.withResolvers<never>()
  slow.promise.catch(() => {})
  const seen = { bytes: 0, isWaiting: true }
  void watch(seen, { least, within }, clock, over.signal).then((isSlow) => isSlow && slow.reject(new Refusal('request_timeout')))
  try {
    for (;;) {
      seen.isWaiting = true
      const { done, value } = await Promise.race([pieces.next(), slow.promise])
      seen.isWaiting = false
      if (done) return
      seen.bytes += value.byteLength
      yield value
    }
  } finally {
    over.abort()
  }
}

/** Whether it became too slow before it was over. */
async function watch(seen: { bytes: number; isWaiting: boolean }, { least, within }: Pace, clock: Clock, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    const before = seen.bytes
    await clock.sleep(within, signal).catch(() => {})
    if (signal.aborted) return false
    if (seen.isWaiting && seen.bytes - before < least) return true
  }
}
