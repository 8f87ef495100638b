import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Evidence, StoredEvent } from '../../../src/deploy/record.ts'
import type { RevisionView } from '../../../src/deploy/view.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('a program deploys over HTTP: accepted at once, followed by events, and the result is the machine contract', async ({ world }) => {
  await world.torii('up')
  const accepted = await world.api.ask<RevisionView>('POST', '/deployments', { path: app, name: 'shop' })
  const heard = await heardUntil(world, 'shop', null, ({ event }) => event.type === 'state' && event.state === 'DEPLOYED')
  const { status, body } = await world.api.ask<RevisionView>('GET', '/deployments/shop/revisions/1')

  expect({ status: accepted.status, state: accepted.body.state, revision: accepted.body.revision }).toEqual({
    status: 202,
    state: 'UNINITIALIZED',
    revision: 1,
  })
  expect(heard.flatMap(({ event }) => (event.type === 'state' ? [event.state] : []))).toEqual(['UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'DEPLOYED'])
  expect(status).toBe(200)
  expect(body).toMatchObject({ state: 'DEPLOYED', live: true, failure: null })
  for (const url of body.urls) expect((await world.fetch(url)).status).toBe(200)
})

test('whoever comes back with Last-Event-ID hears what he has missed, once', async ({ world }) => {
  const all = await world.api.events('shop')
  const middle = all[Math.floor(all.length / 2)]?.id ?? 0
  const rest = await heardUntil(world, 'shop', middle, ({ id }) => id === all.at(-1)?.id)

  expect(rest).toEqual(all.filter(({ id }) => id > middle))
})

test('the evidence of what was seen is there when it has settled', async ({ world }) => {
  const { status, body } = await world.api.ask<Evidence>('GET', '/deployments/shop/revisions/latest/evidence')

  expect(status).toBe(200)
  expect(body.containers.map(({ service, state, verdict, health }) => ({ service, state, verdict, health }))).toEqual([
    { service: 'web', state: 'running', verdict: 'passed', health: 'healthy' },
    { service: 'worker', state: 'running', verdict: 'skipped', health: null },
  ])
})

test.for([
  ['a folder that is not there', { path: '/nowhere' }, { status: 422, reason: 'compose_invalid' }],
  ['no path', {}, { status: 400, reason: 'request_invalid' }],
  ['something more', { path: '/tmp', privileged: true }, { status: 400, reason: 'request_invalid' }],
] as const)('a request with %s is refused as a problem with reason, sentence and fix', async ([, body, wanted], { world }) => {
  const refused = await world.api.ask<Record<string, unknown>>('POST', '/deployments', body)

  expect({ status: refused.status, reason: refused.body['reason'] }).toEqual(wanted)
  expect(refused.body).toMatchObject({ title: expect.any(String), status: wanted.status, sentence: expect.any(String), fix: expect.any(String) })
})

test('nobody gets in without the token, nor through another host’s name or another site’s page', async ({ world }) => {
  const address = `http://127.0.0.1:${world.slot.apiPort}`
  const token = (await readFile(join(world.home, 'token'), 'utf8')).trim()
  const authorization = `Bearer ${token}`
  const answers = await Promise.all([
    fetch(`${address}/api/v1/deployments`),
    fetch(`${address}/api/v1/deployments`, { headers: { authorization: 'Bearer wrong' } }),
    fetch(`${address}/api/v1/deployments`, { headers: { authorization, origin: 'https://elsewhere.example' } }),
    fetch(`${address}/api/v1/deployments`, { headers: { authorization } }),
    fetch(`${address}/healthz`),
  ])

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 403, 200, 200])
})

/** What the event stream tells until that one. */
async function heardUntil(world: World, name: string, after: number | null, last: (event: StoredEvent) => boolean): Promise<StoredEvent[]> {
  const token = (await readFile(join(world.home, 'token'), 'utf8')).trim()
  const headers = { authorization: `Bearer ${token}`, ...(after !== null && { 'last-event-id': String(after) }) }
  const url = `http://127.0.0.1:${world.slot.apiPort}/api/v1/events?deployment=${name}&follow=true`
  const { body } = await fetch(url, { headers, signal: AbortSignal.timeout(30_000) })
  const heard: StoredEvent[] = []
  let text = ''
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString()
    const frames = text.split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1]
      if (data !== undefined) heard.push(JSON.parse(data) as StoredEvent)
    }
    if (heard.some(last)) return heard
  }
  throw new Error('the stream ended early')
}
