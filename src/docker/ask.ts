import type { IncomingMessage } from 'node:http'
import type Docker from 'dockerode'
import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import { commonApi, createDocker } from './connect.ts'
import { isEngineAnswer, unreachable } from './engine-answer.ts'

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

/** One question to the engine. Rejects with `engine_unreachable`, or with what the engine answered (EngineAnswer). */
export interface Ask {
  <T = unknown>(question: Question): Promise<T>
  /** The answer as a stream, which the signal ends. */
  stream(question: Question): Promise<IncomingMessage>
  /** Speaks the version that both sides know, found out by the first question. */
  version(): Promise<EngineVersion>
}

export interface EngineVersion {
  Version: string
  ApiVersion: string
  Os: string
  Arch: string
}

/** A stopped dockerd accepts connections and never answers: each look has its own end. */
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
  const ask = async <T>(question: Question) => dial<T>((await connection()).docker, question, false)
  const stream = async (question: Question) => dial<IncomingMessage>((await connection()).docker, question, true)
  return Object.assign(ask, { stream, version: async () => (await connection()).version })
}

async function connect(config: Pick<Config, 'dockerHost'>): Promise<{ docker: Docker; version: EngineVersion }> {
  const version = await dial<EngineVersion>(createDocker(config), { path: '/version' }, false)
  return { docker: createDocker(config, commonApi(version.ApiVersion)), version }
}

// Through dockerode's modem: dockerode's own methods for images and networks take no AbortSignal (5.0.1).
async function dial<T>(docker: Docker, question: Question, isStream: boolean): Promise<T> {
  const { signal, within = lookTimeout } = question
  signal?.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const late = lateness(within, promise)
  const abortSignal = signal ? AbortSignal.any([late, signal]) : late
  docker.modem.dial({ ...optionsOf(question), isStream, statusCodes: good, abortSignal }, (error, answer) => (error ? reject(error) : resolve(answer as T)))
  return promise.catch((error) => {
    signal?.throwIfAborted()
    if (late.aborted) throw new DeployError('engine_unreachable', `no answer within ${within / 1000} s`, { cause: error })
    throw isEngineAnswer(error) ? error : unreachable(error)
  })
}

/** Aborts after `ms`, unless the answer is there by then: a stream goes on for as long as it likes. */
function lateness(ms: number, answer: Promise<unknown>): AbortSignal {
  const late = new AbortController()
  let there = false
  const arrived = () => {
    there = true
  }
  answer.then(arrived, arrived)
  AbortSignal.timeout(ms).addEventListener('abort', () => there || late.abort(), { once: true })
  return late.signal
}

function optionsOf({ method = 'GET', path, query = {}, body = {}, headers = {} }: Question) {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))
  return { method, path: `${path}?`, options: { _query: given, _body: body }, headers }
}
