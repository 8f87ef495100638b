import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/**
 * Aborts when the reader of this answer has gone, or the server closes. One that stalls would keep the server from closing: what has
 * not reached it by then is lost to it.
 */
export function untilGone(raw: ServerResponse, closing: AbortSignal): AbortSignal {
  const gone = new AbortController()
  const destroy = () => raw.destroy()
  closing.addEventListener('abort', destroy, { once: true })
  raw.once('close', () => {
    closing.removeEventListener('abort', destroy)
    gone.abort()
  })
  if (raw.destroyed) gone.abort()
  if (closing.aborted) raw.destroy()
  return gone.signal
}

/** Resolves when the answer has drained and takes more, or nobody reads it. One wait for all who wait. */
export function createDrain(raw: ServerResponse, gone: AbortSignal): () => Promise<void> {
  let waiting: Promise<void> | null = null
  const wait = async () => {
    await once(raw, 'drain', { signal: gone }).catch(() => {})
    waiting = null
  }
  return () => {
    if (!raw.writableNeedDrain) return Promise.resolve()
    waiting ??= wait()
    return waiting
  }
}
