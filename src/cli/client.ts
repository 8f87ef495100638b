import { DeployError } from '../deploy/failure.ts'
import type { Credentials, Endpoint } from './endpoint.ts'
import { neverShow } from './output.ts'
import { problemOf } from './problem.ts'
import { linesOf, type ServerEvent, serverEvents } from './sse.ts'
import { unanswered } from './unanswered.ts'

type Method = 'GET' | 'POST' | 'DELETE'
type Query = Record<string, string | number | boolean | undefined>

export interface Asked {
  query?: Query
  body?: object
  lastEventId?: number | undefined
  signal?: AbortSignal | undefined
  /** The answer may take minutes to begin. */
  patient?: boolean
}

/** A tar archive, made while it is sent. */
export interface Archive {
  /** Bytes. */
  size: number
  chunks: AsyncGenerator<Buffer>
}

/** The server's HTTP API with its address and token; every refusal is a CliError. */
export interface Client {
  ask<T>(method: Method, path: string, asked?: Asked): Promise<T>
  /** Sends an archive, and ends as `ask` does. */
  send<T>(path: string, archive: Archive, signal: AbortSignal): Promise<T>
  /** Each event or line of an answer that goes on, until the server ends it. `opened` is called when it begins. */
  stream(path: string, asked: Asked, opened?: () => void): AsyncGenerator<ServerEvent>
}

export function createClient(endpoint: Endpoint): Client {
  const credentials = async () => {
    const given = await endpoint.credentials()
    neverShow({ 'API token': given.token })
    return given
  }
  const request = async (method: Method, path: string, asked: Asked) => {
    const { token, ca } = await credentials()
    const body = asked.body ? JSON.stringify(asked.body) : null
    const url = `${endpoint.origin}/api/v1${path}${queryOf(asked.query)}`
    const call = { method, headers: headersOf(token, asked), body, signal: asked.signal ?? null }
    const response = await send(url, call, { ca, patient: asked.patient || endpoint.remote }).catch((error: unknown) => rethrown(error, asked.signal, endpoint))
    if (!response.ok) throw problemOf(response.status, await response.text().catch(() => ''), endpoint)
    return response
  }
  return {
    async ask<T>(method: Method, path: string, asked: Asked = {}) {
      const response = await request(method, path, asked)
      return (await response.json().catch((error) => rethrown(error, asked.signal, endpoint))) as T
    },
    async send<T>(path: string, archive: Archive, signal: AbortSignal) {
      const [{ token, ca }, { sendArchive }] = await Promise.all([credentials(), import('./send-archive.ts')])
      const to = { url: `${endpoint.origin}/api/v1${path}`, token, ca }
      const { status, body } = await sendArchive(to, archive, signal).catch((error: unknown) => {
        // What cannot be packed is not the connection's fault.
        throw error instanceof DeployError ? error : rethrown(error, signal, endpoint)
      })
      if (status >= 400) throw problemOf(status, body, endpoint)
      return answerIn<T>(body, endpoint)
    },
    async *stream(path, asked, opened) {
      const response = await request('GET', path, asked)
      opened?.()
      try {
        yield* messagesOf(response)
      } catch (error) {
        rethrown(error, asked.signal, endpoint)
      }
    },
  }
}

interface Call {
  method: Method
  headers: Record<string, string>
  body: string | null
  signal: AbortSignal | null
}

/** `fetch` knows no authority of ours (undici in Node 24). */
async function send(url: string, call: Call, { ca, patient }: Pick<Credentials, 'ca'> & { patient: boolean }): Promise<Response> {
  if (!patient) return fetch(url, { ...call, redirect: 'error' })
  const { patientFetch } = await import('./patient-fetch.ts')
  return patientFetch(url, { ...call, ca })
}

/** The server may send events, or JSON documents a line each. */
async function* messagesOf(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) return
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return yield* serverEvents(response.body)
  for await (const data of linesOf(response.body)) if (data !== '') yield { id: '', event: 'message', data }
}

/** Whoever answers with anything else is no control plane. */
function answerIn<T>(body: string, endpoint: Endpoint): T {
  try {
    return JSON.parse(body) as T
  } catch (error) {
    throw unanswered(endpoint, error)
  }
}

/** Being cancelled is not the server's fault. */
function rethrown(error: unknown, signal: AbortSignal | undefined, endpoint: Endpoint): never {
  signal?.throwIfAborted()
  throw unanswered(endpoint, error)
}

function headersOf(token: string, { body, lastEventId }: Asked): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    ...(body && { 'content-type': 'application/json' }),
    ...(lastEventId && { 'last-event-id': String(lastEventId) }),
  }
}

function queryOf(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value as string | number | boolean)] as [string, string]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}
