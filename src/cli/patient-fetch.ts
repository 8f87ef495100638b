import { request } from 'node:http'
import { Readable } from 'node:stream'

/** Like `fetch`, for an answer that may take longer to begin than the 300 s that `fetch` allows (undici in Node 24). */
export function patientFetch(
  url: string,
  { method, headers, body, signal }: { method: string; headers: Record<string, string>; body: string | null; signal: AbortSignal | null },
): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const asking = request(url, { method, headers, agent: false, ...(signal && { signal }) }, (answer) => {
    resolve(new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status: answer.statusCode ?? 500 }))
  })
  asking.on('error', reject)
  asking.end(body ?? undefined)
  return promise
}
