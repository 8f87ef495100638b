import { request } from 'node:http'
import type { Config } from '../config.ts'

export interface RouterView {
  name: string
  status: 'enabled' | 'disabled' | 'warning'
  using: string[]
  rule: string
  error?: string[]
}

export interface ServiceView {
  status?: string
  loadBalancer?: { servers?: { url: string }[] }
}

/** Traefik's own view, from its API on loopback. All answer null when it does not answer. */
export interface Ask {
  ping(): Promise<boolean>
  version(): Promise<string | null>
  /** null also when there is no such router. */
  router(name: string): Promise<RouterView | null>
  /** null also when there is no such service. */
  service(name: string): Promise<ServiceView | null>
}

/** An answer from this machine takes under a millisecond: Traefik hangs when it takes this long. */
const patience = 2000
const longest = 1_000_000

export function createAsk({ proxyApiPort }: Pick<Config, 'proxyApiPort'>): Ask {
  const get = (path: string) => ask(proxyApiPort, path)
  return {
    ping: async () => (await get('/ping'))?.status === 200,
    version: async () => (await json<{ Version: string }>(get('/api/version')))?.Version ?? null,
    router: (name) => json<RouterView>(get(`/api/http/routers/${encodeURIComponent(`${name}@file`)}`)),
    service: (name) => json<ServiceView>(get(`/api/http/services/${encodeURIComponent(`${name}@file`)}`)),
  }
}

interface Answer {
  status: number
  body: string
}

function ask(port: number, path: string): Promise<Answer | null> {
  const { promise, resolve } = Promise.withResolvers<Answer | null>()
  const nothing = () => resolve(null)
  const asking = request({ host: '127.0.0.1', port, path, agent: false, timeout: patience }, (answer) => {
    const chunks: Buffer[] = []
    let size = 0
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > longest) asking.destroy()
      else chunks.push(chunk)
    })
    answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
    answer.on('error', nothing)
    answer.on('close', nothing)
  })
  asking.on('timeout', () => asking.destroy())
  asking.on('error', nothing)
  asking.end()
  return promise
}

async function json<T>(asked: Promise<Answer | null>): Promise<T | null> {
  const answer = await asked
  if (answer?.status !== 200) return null
  try {
    return JSON.parse(answer.body) as T
  } catch {
    return null
  }
}
