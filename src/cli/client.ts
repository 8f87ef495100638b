import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { serverError, serverGone } from './cli-error.ts'
import { problemOf } from './problem.ts'
import { linesOf, type ServerEvent, serverEvents } from './sse.ts'

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

/** The server's HTTP API with its address and token; every refusal is a CliError. */
export interface Client {
  ask<T>(method: Method, path: string, asked?: Asked): Promise<T>
  /** Each event or line of an answer that goes on, until the server ends it. `opened` is called when it begins. */
  stream(path: string, asked: Asked, opened?: () => void): AsyncGenerator<ServerEvent>
}

export function createClient(config: Pick<Config, 'home' | 'apiHost' | 'apiPort'>): Client {
  const address = addressOf(config)
  const request = async (method: Method, path: string, asked: Asked) => {
    const headers = headersOf(await tokenOf(config.home), asked)
    const body = asked.body && JSON.stringify(asked.body)
    const url = `http://${address}/api/v1${path}${queryOf(asked.query)}`
    const call = { method, headers, body: body ?? null, signal: asked.signal ?? null }
    const ask = asked.patient ? (await import('./patient-fetch.ts')).patientFetch : fetch
    const response = await ask(url, { ...call, redirect: 'error' }).catch((error: unknown) => rethrown(error, asked.signal, address))
    if (!response.ok) throw problemOf(response.status, await response.text().catch(() => ''), address)
    return response
  }
  return {
    async ask<T>(method: Method, path: string, asked: Asked = {}) {
      const response = await request(method, path, asked)
      return (await response.json().catch((error) => rethrown(error, asked.signal, address))) as T
    },
    async *stream(path, asked, opened) {
      const response = await request('GET', path, asked)
      opened?.()
      try {
        yield* messagesOf(response)
      } catch (error) {
        rethrown(error, asked.signal, address)
      }
    },
  }
}

export function addressOf({ apiHost, apiPort }: Pick<Config, 'apiHost' | 'apiPort'>): string {
  return `${apiHost}:${apiPort}`
}

/** The server may send events, or JSON documents a line each. */
async function* messagesOf(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) return
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return yield* serverEvents(response.body)
  for await (const data of linesOf(response.body)) if (data !== '') yield { id: '', event: 'message', data }
}

/** Being cancelled is not the server's fault. */
function rethrown(error: unknown, signal: AbortSignal | undefined, address: string): never {
  signal?.throwIfAborted()
  throw serverGone(address, error)
}

function headersOf(token: string, { body, lastEventId }: Asked): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    ...(body && { 'content-type': 'application/json' }),
    ...(lastEventId && { 'last-event-id': String(lastEventId) }),
  }
}

/** The server makes it at its first start; without one any answer is a refusal that says what is wrong. */
async function tokenOf(home: string): Promise<string> {
  try {
    return (await readFile(join(home, 'token'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return 'none'
    throw serverError(
      `The state folder ${home} cannot be read by this user.`,
      'Call torii as the user that started it, or set TORII_HOME to a folder of your own.',
      error,
    )
  }
}

function queryOf(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value as string | number | boolean)] as [string, string]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}
