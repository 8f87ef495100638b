import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const examples = join(inject('checkout'), 'examples')
const readme = await readFile(join(examples, 'README.md'), 'utf8')
const [, working = ''] = /## These reach DEPLOYED\n([\s\S]*?)\n## /.exec(readme) ?? []
const folders = [...working.matchAll(/^\| \[([\w-]+)\]\(/gm)].map(([, folder = '']) => folder)
const minutes = (n: number) => n * 60_000

test('the README names the examples that reach DEPLOYED', () => {
  expect(folders).toEqual(expect.arrayContaining(['hello-app', 'fastapi-app', 'tool-clock']))
})

test.concurrent.for(folders)(
  '%s reaches DEPLOYED through its phases, and its addresses answer over verified HTTPS',
  { timeout: minutes(5) },
  async (folder, { world }) => {
    const { exit, document } = await world.deploy(join(examples, folder))
    const answers = await Promise.all(document.urls.map((url) => world.fetch(url)))

    expect(document.timeline.map(({ state }) => state)).toEqual(['UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'DEPLOYED'])
    expect({ exit, state: document.state, live: document.live, failure: document.failure }).toEqual({ exit: 0, state: 'DEPLOYED', live: true, failure: null })
    expect(document.deployment).toMatchObject({ name: folder, kind: folder.startsWith('tool-') ? 'tool' : 'app' })
    expect(document.urls).toHaveLength(2)
    expect(answers.map(({ status }) => status)).toEqual(folder.startsWith('tool-') ? [404, 404] : [200, 200])
  },
)

test('hello-app’s page tells what its backend read from its database, and its worker was not waited for', { timeout: minutes(5) }, async ({ world }) => {
  const { document } = await world.deploy(join(examples, 'hello-app'), { name: 'hello-again', env: { GREETING: 'Good morning' } })
  const page = await world.fetch(document.urls[0] ?? '')

  expect(page.body).toContain('<h1>Good morning</h1>')
  expect(page.body).toMatch(/The worker/)
  expect(document.containers.map(({ service, verdict }) => [service, verdict])).toEqual([
    ['frontend', 'passed'],
    ['db', 'passed'],
    ['backend', 'passed'],
    ['worker', 'skipped'],
  ])
})

test('tool-clock answers MCP behind both of its addresses', { timeout: minutes(5) }, async ({ world }) => {
  const { document } = await world.deploy(join(examples, 'tool-clock'), { name: 'mcp-clock' })
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'now', arguments: {} } })
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const answers = await Promise.all(document.urls.map((url) => world.fetch(`${url}mcp`, { method: 'POST', headers, body })))

  expect(document.deployment.kind).toBe('tool')
  expect(document.probe).toEqual([])
  for (const { status, body } of answers) expect({ status, answer: JSON.parse(body) }).toMatchObject({ status: 200, answer: { result: { isError: false } } })
})
