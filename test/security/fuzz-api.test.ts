import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DeploymentView } from '../../src/deploy/view.ts'
import { anApp, token } from '../unit/server/an-app.ts'
import { type Document, type Made, requestsOf } from './requests.ts'
import { seedOf } from './seed.ts'

const shop: DeploymentView = {
  ...{ id: '6f0a1b2c-3d4e-4f60-8182-93a4b5c6d7e8', name: 'shop', kind: 'app', wanted: 'running', live: 1, open: 1 },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', urls: [], latest: null },
}

/** Requests to each operation. */
const runs = 120

/** Nothing of these stands in an answer that tells only what it should. */
const traces = /\\n\s+at |\.(?:ts|js):\d+|node_modules|src\/server|TypeError|SyntaxError|ReferenceError/

test('every operation of the API’s own document answers anything with what it promises or with a problem', async () => {
  const { app, logged, controller } = anApp({ world: { deployments: [shop] } })
  await app.ready()
  const document = (await app.inject('/openapi.json')).json() as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  expect(operations.length).toBeGreaterThan(10)
  const seed = seedOf('api')
  const seen = new Map<string, Set<number>>()

  for (const { path, method, operation } of operations)
    await fc.assert(
      fc.asyncProperty(requestsOf(document, path, method, operation), async (made) => {
        controller.world.deployments = [shop]
        const answer = await app.inject({ ...made, method: made.method as 'GET', headers: { authorization: `Bearer ${token}`, ...made.headers } })
        const statuses = seen.get(operation.operationId) ?? new Set()
        seen.set(operation.operationId, statuses.add(answer.statusCode))
        expectHonest(made, answer)
      }),
      { numRuns: runs, seed },
    )

  // Requests of the right kind come through as well, or little would have been tried.
  const entered = [...seen].filter(([, statuses]) => [...statuses].some((status) => status < 400)).map(([operation]) => operation)
  expect(entered.length).toBeGreaterThan(8)
  expect(logged.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([])
})

test('addresses and methods that there are not are problems too', async () => {
  const { app } = anApp()
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS')
  const url = fc.oneof(
    fc.webPath(),
    fc.webUrl().map((text) => new URL(text).pathname),
    fc.string({ maxLength: 60 }).map((text) => `/${encodeURI(text.toWellFormed())}`),
  )

  await fc.assert(
    fc.asyncProperty(method, url, async (asked, path) => {
      const made: Made = { method: asked, url: path === '' ? '/' : path, headers: {}, payload: '' }
      expectHonest(made, await app.inject({ method: asked as 'GET', url: made.url, headers: { authorization: `Bearer ${token}` } }))
    }),
    { numRuns: 300, seed: seedOf('addresses') },
  )
})

function expectHonest(
  { method, url, payload }: Made,
  { statusCode, headers, body }: { statusCode: number; headers: Record<string, unknown>; body: string },
): void {
  const said = `${method} ${url} ${payload ?? ''} → ${statusCode} ${body.slice(0, 300)}`
  expect(statusCode, said).not.toBe(500)
  if (statusCode < 400 || method === 'HEAD') return
  expect(headers['content-type'], said).toMatch(/^application\/problem\+json/)
  expect(JSON.parse(body), said).toMatchObject({ status: statusCode, reason: expect.any(String), sentence: expect.any(String), fix: expect.any(String) })
  expect(body, said).not.toMatch(traces)
}
