import { Readable } from 'node:stream'
import { beginRequest } from './begin-request.ts'

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
  const asking = beginRequest(url, { method, headers, signal, ca })
  asking.on('response', (answer) => {
    resolve(new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status: answer.statusCode ?? 500, headers: typeOf(answer.headers) }))
  })
  asking.on('error', reject)
  asking.end(body ?? undefined)
  return promise
}

function typeOf({ 'content-type': type }: { 'content-type'?: string | undefined }): Record<string, string> {
  return type === undefined ? {} : { 'content-type': type }
}
