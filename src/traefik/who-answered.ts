import type { IncomingHttpHeaders } from 'node:http'
import type { Hop, ProbeFailure } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'
import { markHeader, proxyHeader } from './route-file.ts'

/** What came back: the status line, the headers, at most the first 4 KiB of the body. */
export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  /** Why its body is not whole: the connection ended, or the time did although its length was said. */
  cut: 'broke_off' | 'late' | null
}

export interface Judged {
  hop: Hop
  failed: ProbeFailure | null
  detail: string
  mark: string | null
}

/** What Traefik itself writes, to the byte (3.7.15): it has no other sign, as a header set by a middleware is on the app's answers too. */
const ownWords: Record<number, string> = { 404: '404 page not found', 502: 'Bad Gateway', 503: 'no available server', 504: 'Gateway Timeout' }
const ownTypes = ['text/plain; charset=utf-8', undefined]

/** Sent with every answer, or by our middleware: an app's answer nearly always has one more. */
const ownHeaders = new Set(['content-length', 'content-type', 'date', 'connection', 'x-content-type-options', markHeader.toLowerCase()])

/**
 * Tells Traefik's answers from the app's.
 * - No mark of ours: no router of ours matched, so the proxy itself.
 * - Our proxy header (an app cannot send it, the router removes it): a page or redirect of ours.
 * - Traefik's own words to the byte and not one header besides: 502 and 504 for a backend it cannot reach, 503 for a route without one.
 * What stays ambiguous: an app that answers exactly like that (another Traefik, say) is taken for the proxy. Traefik's bare 500 (an
 * answer that is no HTTP) looks like a framework's own without a Server header; something did answer, so it is the app's.
 */
export function whoAnswered(answer: Answer): Judged {
  const mark = one(answer.headers[markHeader.toLowerCase()])
  const page = one(answer.headers[proxyHeader.toLowerCase()])
  if (mark === null) return { hop: 'proxy', mark, failed: null, detail: withoutMark(answer) }
  if (page !== null) return { hop: 'proxy', mark, failed: null, detail: `HTTP ${answer.status} from the proxy: ${cleanText(page, { max: 20 })}` }
  if (isOwn(answer) && answer.status === 503) return { hop: 'proxy', mark, failed: null, detail: 'HTTP 503 from the proxy: no address to lead to' }
  if (isOwn(answer) && answer.status !== 404) return { hop: 'backend', mark, failed: null, detail: backendDetail(answer.status) }
  return { hop: 'app', mark, failed: answer.cut === 'late' ? 'timeout' : answer.cut, detail: appDetail(answer) }
}

function withoutMark(answer: Answer): string {
  return isOwn(answer) && answer.status === 404 ? 'HTTP 404 from the proxy: no route' : `HTTP ${answer.status} without the mark of a route`
}

function backendDetail(status: number): string {
  return status === 504
    ? 'HTTP 504 from the proxy: the app’s address does not answer'
    : 'HTTP 502 from the proxy: the app’s address refuses or drops the connection'
}

function appDetail({ status, body, cut, headers }: Answer): string {
  const text = `HTTP ${status} from the app`
  if (cut === 'broke_off') return `${text}, but the answer broke off`
  if (cut === 'late') return `${text}, but its body did not come`
  if (status < 400) return ''
  if (status === 500 && body === 'Internal Server Error' && hasOnlyOwnHeaders(headers)) return `${text}, or what it sent is no HTTP`
  return text
}

function isOwn({ status, headers, body }: Answer): boolean {
  return body.trimEnd() === ownWords[status] && ownTypes.includes(headers['content-type']?.toLowerCase()) && hasOnlyOwnHeaders(headers)
}

function hasOnlyOwnHeaders(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).every((name) => ownHeaders.has(name))
}

function one(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null
}
