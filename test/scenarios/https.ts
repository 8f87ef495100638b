import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

export interface Ask {
  headers?: Record<string, string>
  method?: string
  body?: string
  /** ms */
  within?: number
}

/** One request over a connection of its own, the certificate verified against `ca`, redirects not followed. Rejects for what the network does. */
export function httpsAnswer(url: string, ca: string, { headers = {}, method = 'GET', body, within = 10_000 }: Ask = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const asking = request(url, { ca, headers, method, agent: false, family: 4, signal: AbortSignal.timeout(within) }, (answer) => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('error', reject)
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }))
  })
  asking.on('error', reject)
  asking.end(body)
  return promise
}
