import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type Docker from 'dockerode'
import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import { commonApi, createDocker } from './connect.ts'
import { answered, engineTrouble, wordsOf } from './engine-answer.ts'

export interface Question {
  method?: 'GET' | 'POST' | 'DELETE'
  path: string
  query?: Record<string, string | number | boolean | undefined>
  body?: object
  headers?: Record<string, string>
  /** The whole answer, of a stream its beginning, must be there within this; ms. */
  within?: number
  signal?: AbortSignal | undefined
}

/** One question to the engine. Rejects with `engine_unreachable`, or with an EngineAnswer (`engine_error`). */
export interface Ask {
  <T = unknown>(question: Question): Promise<T>
  /** The answer as it comes, until the signal ends it. */
  stream(question: Question): Promise<AsyncIterable<Buffer>>
  /** Speaks the version that both sides know, found out by the first question and again where the engine may be another. */
  version(): Promise<EngineVersion>
}

export interface EngineVersion {
  Version: string
  ApiVersion: string
  Os: string
  Arch: string
}

/** A stopped dockerd accepts connections and never answers: each look has its own end; ms. */
const lookTimeout = 10_000

const good = { 200: true, 201: true, 204: true, 304: true }

export function createAsk(config: Pick<Config, 'dockerHost'>): Ask {
  let connected: Promise<{ docker: Docker; version: EngineVersion }> | null = null
  const forget = () => {
    connected = null
  }
  const connection = () => {
    connected ??= connect(config).catch((error) => {
      forget()
      throw error
    })
    return connected
  }
  /** Once more where another engine, of another version, is there by now. */
  const spoken = async <T>(question: (docker: Docker) => Promise<T>): Promise<T> => {
    const { docker } = await connection()
    return question(docker).catch(async (error) => {
      if (!isOfVersion(error)) throw error
      forget()
      return question((await connection()).docker)
    })
  }
  const ask = <T>(question: Question) => spoken((docker) => answer<T>(docker, question))
  const stream = async (question: Question) => {
    const response = await spoken((docker) => within(question, (signal) => dial(docker, question, signal)))
    // What comes back after it broke off may be another engine.
    return chunksOf(response, () => question.signal?.aborted || forget())
  }
  return Object.assign(ask, { stream, version: async () => (await connection()).version })
}

// 400 "client version 1.45 is too new. Maximum supported API version is 1.41" (Docker 26.1.5); the other way round "is too old".
function isOfVersion(error: unknown): boolean {
  return answered(error, 400) && /client version \S+ is too (new|old)/.test(wordsOf(error))
}

async function connect(config: Pick<Config, 'dockerHost'>): Promise<{ docker: Docker; version: EngineVersion }> {
  const version = await answer<EngineVersion>(createDocker(config), { path: '/version' })
  return { docker: createDocker(config, commonApi(version.ApiVersion)), version }
}

function answer<T>(docker: Docker, question: Question): Promise<T> {
  return within(question, async (signal) => parsed(await text(await dial(docker, question, signal))) as T)
}

// Through dockerode's modem: dockerode's own methods for images and networks take no AbortSignal. Always as a stream: without, the
// modem never calls back when the engine dies in the middle of its answer (docker-modem of dockerode 5.0.1).
function dial(docker: Docker, question: Question, abortSignal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = { ...optionsOf(question), isStream: true, statusCodes: good, abortSignal }
  docker.modem.dial(options, (error, response) => (error ? reject(error) : resolve(response as IncomingMessage)))
  return promise
}

async function* chunksOf(response: IncomingMessage, brokeOff: () => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer
  } catch (error) {
    brokeOff()
    throw engineTrouble(error)
  }
}

async function within<T>({ signal, within: ms = lookTimeout }: Question, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted()
  const late = new AbortController()
  const done = work(signal ? AbortSignal.any([late.signal, signal]) : late.signal)
  abortLater(late, ms, done)
  return done.catch((error) => {
    signal?.throwIfAborted()
    if (late.signal.aborted) throw new DeployError('engine_unreachable', `no answer within ${ms / 1000} s`, { cause: error })
    throw engineTrouble(error)
  })
}

/** After `ms`, unless the answer is there by then: a stream goes on for as long as it likes. */
function abortLater(late: AbortController, ms: number, done: Promise<unknown>): void {
  let there = false
  const arrived = () => {
    there = true
  }
  done.then(arrived, arrived)
  AbortSignal.timeout(ms).addEventListener('abort', () => there || late.abort(), { once: true })
}

function parsed(body: string): unknown {
  return body === '' || !/^[[{]/.test(body) ? null : JSON.parse(body)
}

function optionsOf({ method = 'GET', path, query = {}, body = {}, headers = {} }: Question) {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
  return { method, path: `${path}?`, options: { _query: given, _body: body }, headers }
}
