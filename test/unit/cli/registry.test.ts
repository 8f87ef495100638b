import { expect, test } from 'vitest'
import { aStub, sendProblem } from './stub.ts'

const view = { host: 'registry.example.org', username: 'ci', createdAt: '2026-01-01T00:00:00.000Z' }
const health = { 'GET /healthz': () => ({ version: '0.1.0', build: 'dev' }) }

test('registry ls draws a table or the document, and says what is used where there is none', async () => {
  await using stub = await aStub({ ...health, 'GET /registries': () => ({ registries: [view] }) })
  await using empty = await aStub({ ...health, 'GET /registries': () => ({ registries: [] }) })

  const [drawn, document, none] = await Promise.all([stub.torii('registry', 'ls'), stub.torii('registry', 'ls', '--json'), empty.torii('registry', 'ls')])

  expect(drawn.stdout).toMatch(/^REGISTRY +USER +SINCE\nregistry\.example\.org +ci +\S+/)
  expect(JSON.parse(document.stdout)).toEqual({ registries: [view] })
  expect(none.stdout).toContain('`docker login`')
})

test('registry logout forgets one, and ends with 8 where there is none', async () => {
  const gone = { reason: 'not_found', sentence: 'There is nothing by that name.', fix: '' }
  await using stub = await aStub({
    ...health,
    'DELETE /registries/registry.example.org': () => view,
    'DELETE /registries/other.example.org': (_, response) => sendProblem(response, 404, gone),
  })

  const [one, other] = await Promise.all([stub.torii('registry', 'logout', 'registry.example.org'), stub.torii('registry', 'logout', 'other.example.org')])

  expect([one.exitCode, one.stderr]).toEqual([0, 'Torii has forgotten its login of registry.example.org.'])
  expect(other.exitCode).toBe(8)
})

test.each([[[]], [['login']], [['login', 'registry.example.org']], [['logout']]])('registry %j is a wrong call', async (args) => {
  await using stub = await aStub({})

  expect((await stub.torii('registry', ...args)).exitCode).toBe(2)
  expect(stub.asked).toEqual([])
})

test('registry login without a password on stdin asks nobody', async () => {
  await using stub = await aStub({})

  const { exitCode, stderr } = await stub.torii('registry', 'login', 'registry.example.org', '--username', 'ci')

  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('There is no password.')])
  expect(stub.asked).toEqual([])
})
