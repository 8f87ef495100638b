import { createServer, type RequestListener } from 'node:http'
import express from 'express'
import fastify, { type FastifyServerOptions } from 'fastify'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import type { HealthEndpoint } from '../../../src/health/endpoint.ts'
import type { NodeHandler, NodeResponse } from '../../../src/health/node-handler.ts'
import { anEndpoint, fails } from './an-endpoint.ts'

type Ask = (method: string) => Promise<Response>

/** Each framework with the endpoint at /health, as its documentation would write it. */
const adapters: [string, (endpoint: HealthEndpoint, use: (ask: Ask) => Promise<void>) => Promise<void>][] = [
  ['Node’s http', (endpoint, use) => served(endpoint.handler, use)],
  ['Express 5', (endpoint, use) => served(express().get('/health', endpoint.handler), use)],
  ['Express 5, for all methods', (endpoint, use) => served(express().use('/health', endpoint.handler), use)],
  ['Fastify 5', (endpoint, use) => onFastify(endpoint, use)],
  ['Fastify 5 without its own HEAD routes', (endpoint, use) => onFastify(endpoint, use, { exposeHeadRoutes: false })],
  ['Hono', (endpoint, use) => use(async (method) => new Hono().get('/health', endpoint.hono).request('/health', { method }))],
  ['Hono, for all methods', (endpoint, use) => use(async (method) => new Hono().all('/health', endpoint.hono).request('/health', { method }))],
  ['Next.js', (endpoint, use) => use((method) => (method === 'HEAD' ? endpoint.HEAD : endpoint.GET)(new Request('http://localhost/health', { method })))],
]

async function served(listener: RequestListener, use: (ask: Ask) => Promise<void>): Promise<void> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  try {
    await use((method) => fetch(`http://127.0.0.1:${port}/health`, { method }))
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

async function onFastify(endpoint: HealthEndpoint, use: (ask: Ask) => Promise<void>, options: FastifyServerOptions = {}): Promise<void> {
  const app = fastify(options)
  app.register(endpoint.fastify)
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  try {
    await use((method) => fetch(`${address}/health`, { method }))
  } finally {
    await app.close()
  }
}

describe.each(adapters)('%s', (_, mount) => {
  const well = () => anEndpoint({ database: () => 'PONG', dependency: { check: fails(new Error('away')), critical: false } }).endpoint
  const ill = () => anEndpoint({ database: fails(new Error('postgres://hello:hunter2@db')) }).endpoint

  test('answers 200 with the guide’s body while healthy, degraded or not', () =>
    mount(well(), async (ask) => {
      const answer = await ask('GET')

      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toMatch(/^application\/json(; ?charset=utf-8)?$/)
      expect(await answer.text()).toBe('{"status":"healthy","checks":{"database":"ok","dependency":"degraded"}}')
    }))

  test('answers 503 with the same form when unhealthy', () =>
    mount(ill(), async (ask) => {
      const answer = await ask('GET')

      expect(answer.status).toBe(503)
      expect(await answer.json()).toEqual({ status: 'unhealthy', checks: { database: 'error' } })
    }))

  test('answers HEAD with the status alone', () =>
    mount(ill(), async (ask) => {
      const answer = await ask('HEAD')

      expect([answer.status, await answer.text(), answer.headers.get('cache-control')]).toEqual([503, '', 'no-store'])
    }))

  test('lets nobody keep the answer', () =>
    mount(well(), async (ask) => {
      expect((await ask('GET')).headers.get('cache-control')).toBe('no-store')
    }))

  test('runs no check for another method', () => {
    let calls = 0
    return mount(anEndpoint({ database: () => void calls++ }).endpoint, async (ask) => {
      const answer = await ask('POST')

      expect([404, 405]).toContain(answer.status)
      expect(calls).toBe(0)
    })
  })

  test('shares one run among a hundred requests at once', () => {
    let calls = 0
    const { endpoint } = anEndpoint({
      database: () => {
        calls++
        return new Promise((resolve) => setImmediate(resolve))
      },
    })
    return mount(endpoint, async (ask) => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask('GET')))

      expect(answers.every(({ status }) => status === 200)).toBe(true)
      expect(calls).toBe(1)
    })
  })

  test('says 503 while it drains', () => {
    const endpoint = well()
    return mount(endpoint, async (ask) => {
      endpoint.drain()

      expect(await (await ask('GET')).json()).toEqual({ status: 'unhealthy', checks: { shutdown: 'draining' } })
    })
  })
})

describe('Node’s handler', () => {
  const aResponse = () => {
    const headers: Record<string, string> = {}
    const ended = Promise.withResolvers<void>()
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string) => {
        headers[name] = value
      },
      end: () => ended.resolve(),
    } satisfies NodeResponse
    return { response, headers, ended: ended.promise }
  }

  test('says which methods there are', async () => {
    const { response, headers, ended } = aResponse()

    anEndpoint().endpoint.handler({ method: 'DELETE' }, response)
    await ended

    expect([response.statusCode, headers]).toEqual([405, { allow: 'GET, HEAD', 'cache-control': 'no-store' }])
  })

  test('leaves a response alone that somebody else has begun', async () => {
    const refused = Promise.withResolvers<void>()
    const response = {
      statusCode: 200,
      setHeader: () => {
        refused.resolve()
        throw new Error('ERR_HTTP_HEADERS_SENT')
      },
      end: () => expect.fail('it is not ours to end'),
    } satisfies NodeResponse

    anEndpoint().endpoint.handler({ method: 'GET' }, response)
    await refused.promise

    expect(response.statusCode).toBe(200)
  })

  test('gives back nothing: no caller has a promise to look after', () => {
    const handler: NodeHandler = anEndpoint().endpoint.handler

    expect(handler({ method: 'GET' }, aResponse().response)).toBeUndefined()
  })
})

describe('the Fastify plugin', () => {
  test('answers on the path it is given, below the prefix it is registered with', async () => {
    const app = fastify()
    app.register(anEndpoint().endpoint.fastify, { prefix: '/api', path: '/up' })

    const statuses = await Promise.all(['/api/up', '/api/health', '/health'].map(async (url) => (await app.inject({ url })).statusCode))

    expect(statuses).toEqual([200, 404, 404])
  })

  test('may be registered twice: two paths share one run', async () => {
    let calls = 0
    const { endpoint } = anEndpoint({ database: () => void calls++ })
    const app = fastify()
    app.register(endpoint.fastify, { path: '/health' })
    app.register(endpoint.fastify, { path: '/healthz' })

    const answers = await Promise.all(['/health', '/healthz'].map((url) => app.inject({ url })))

    expect([answers.map(({ statusCode }) => statusCode), calls]).toEqual([[200, 200], 1])
  })
})

describe('a Next.js route handler', () => {
  test('needs no request, and may be taken apart', async () => {
    const { GET, HEAD } = anEndpoint({ database: () => 'ok' }).endpoint

    expect([(await GET(undefined as never)).status, (await HEAD(new Request('http://localhost', { method: 'HEAD' }))).status]).toEqual([200, 200])
  })

  test('is never answered from the build: it reads of the request before any check runs', async () => {
    let calls = 0
    const { GET, HEAD } = anEndpoint({ database: () => void calls++ }).endpoint
    const building = new Proxy(new Request('http://localhost/health'), {
      get: (request, key) => {
        if (key === 'url') throw new Error('Next’s sign for: not while building')
        return Reflect.get(request, key, request)
      },
    })

    await expect(GET(building)).rejects.toThrow('Next’s sign')
    await expect(HEAD(building)).rejects.toThrow('Next’s sign')
    expect(calls).toBe(0)
  })

  test('has the type that Next’s build asks of it: one Request in, a Response out', () => {
    type RouteHandler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response> | Response
    const { GET, HEAD } = anEndpoint().endpoint
    // Next.js 14's generated check takes the first parameter by inference: an optional one would not be a Request.
    type First = typeof GET extends (...args: [infer T, never]) => unknown ? T : never
    const first: First extends Request ? true : false = true

    expect([GET, HEAD] satisfies RouteHandler[]).toHaveLength(2)
    expect(first).toBe(true)
  })
})
