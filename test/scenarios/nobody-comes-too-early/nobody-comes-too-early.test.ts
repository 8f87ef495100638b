import { join } from 'node:path'
import { expect } from 'vitest'
import { docker } from '../engine.ts'
import type { Look } from '../poll.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')
/** The proxy is being started, or has not read its routes yet. */
const connectionLevel = ['ECONNREFUSED', 'ECONNRESET']

test('until an app has passed gate and probe its addresses say that it is starting, and nobody reaches it', async ({ world }) => {
  const deploying = world.deploying(app, { name: 'shop' })
  const { urls } = await until('the addresses', () => world.api.deployment('shop'))
  const polling = await world.poll(urls)

  await world.api.event('shop', 'container', ({ step }) => step === 'started')
  await looksOf(polling.looks, 20)
  await world.exec('shop', 'web', 'touch /tmp/ready')
  await world.api.event('shop', 'probe', ({ status }) => status === 404)
  await looksOf(polling.looks, 20)
  await world.exec('shop', 'web', 'echo welcome > /www/index.html')
  const { exit, document } = await deploying.ended
  await looksOf(polling.looks, 4)
  const looks = await polling.stop()

  expect(exit, document.failure?.sentence).toBe(0)
  const passedAt = Math.max(...document.probe.map(({ attempts }) => Date.parse(attempts.find(({ status }) => status === 200)?.at ?? '')))
  const early = looks.filter(({ status, body }) => status !== 200 || body !== 'welcome\n')
  expect(early.filter((look) => !saysStarting(look)).map(({ url, status, error, body }) => ({ url, status, error, body: body.slice(0, 100) }))).toEqual([])
  for (const url of urls) {
    const mine = looks.filter((look) => look.url === url)
    expect(mine.some(({ status }) => status === 503)).toBe(true)
    expect(mine.at(-1)).toMatchObject({ status: 200, body: 'welcome\n' })
    expect(mine.find(({ status }) => status === 200)?.answered).toBeGreaterThanOrEqual(passedAt)
  }
})

test('nor does anybody reach one that fails, and its addresses answer no more', async ({ world }) => {
  const deploying = world.deploying(app, { name: 'broken' })
  const { urls } = await until('the addresses', () => world.api.deployment('broken'))
  const polling = await world.poll(urls)
  await world.api.event('broken', 'container', ({ step }) => step === 'started')
  await looksOf(polling.looks, 10)
  await docker('kill', (await world.container('broken', 'web')).Id)
  const { document } = await deploying.ended
  const looks = await polling.stop()

  expect(document.state).toBe('FAILED')
  expect(looks.filter(({ status }) => status === 200)).toEqual([])
  for (const url of urls) expect((await world.fetch(url)).headers['x-torii-revision']).toBeUndefined()
})

test('the header of a candidate, sent from outside, opens nothing', async ({ world }) => {
  const deploying = world.deploying(app, { name: 'guarded' })
  await world.api.event('guarded', 'container', ({ step }) => step === 'started')
  await world.exec('guarded', 'web', 'touch /tmp/ready')
  await world.api.event('guarded', 'route', ({ step }) => step === 'candidate')
  const { urls = [] } = (await world.api.deployment('guarded')) ?? {}
  for (const guess of ['', '1', 'true', '0'.repeat(64)]) {
    for (const url of urls) expect((await world.fetch(`${url}busybox`, { headers: { 'x-torii-candidate': guess } })).status).toBe(503)
  }
  await world.exec('guarded', 'web', 'echo welcome > /www/index.html')

  expect((await deploying.ended).exit).toBe(0)
})

function saysStarting({ status, error, body, retryAfter }: Look): boolean {
  return status === null ? connectionLevel.includes(error) : status === 503 && body.includes('<h1>Starting</h1>') && retryAfter === '2'
}

/** So many looks more. */
async function looksOf(looks: Look[], count: number): Promise<void> {
  const enough = looks.length + count
  await until(`${count} looks`, async () => looks.length >= enough)
}
