import type { Socket } from 'node:net'
import { ofRefusal } from './problem.ts'
import { Refusal, type RefusalName } from './refusal.ts'
import { secureHeaders } from './secure-headers.ts'

const names: Record<string, RefusalName> = { HPE_HEADER_OVERFLOW: 'headers_too_large', ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout' }

/** What arrives is no request, or not in time: there is nobody but the connection to answer to. */
export function answerClientError({ code }: { code?: string }, socket: Socket): void {
  // As in Node's own handler: in the middle of an answer there is nothing to say.
  const begun = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent
  if (code === 'ECONNRESET' || !socket.writable || begun) return void socket.destroy()
  const { problem } = ofRefusal(new Refusal(names[code ?? ''] ?? 'request_invalid'))
  const body = JSON.stringify(problem)
  const headers = { ...secureHeaders, 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(body), connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.join('')}\r\n${body}`)
}
