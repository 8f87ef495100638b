import { join } from 'node:path'
import { expect } from 'vitest'
import { documentOf } from '../command-line.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('a deployment that is stopped answers 503 and says so, on every address, until it is started', async ({ world }) => {
  const { document } = await world.deploy(app, { name: 'shop' })
  const polling = await world.poll(document.urls)
  const stopped = await world.torii('stop', 'shop')
  const answers = await Promise.all(document.urls.map((url) => world.fetch(url)))
  const states = (await world.containers('shop')).map(({ State }) => State.Status)
  const started = await world.torii('start', 'shop')
  const looks = await polling.stop()

  expect({ stopped: stopped.exit, started: started.exit }, started.stderr).toEqual({ stopped: 0, started: 0 })
  for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 503, body: expect.stringContaining('<h1>Stopped</h1>') })
  expect(new Set(states)).toEqual(new Set(['exited']))
  for (const url of document.urls) expect(await world.fetch(url)).toMatchObject({ status: 200, body: 'open\n' })
  expect(new Set(looks.map(({ status, error }) => status ?? error))).toEqual(new Set([200, 503]))
})

test('its state stays, what had finished is not run again, and its restart policies are its own again', async ({ world }) => {
  const policies = (await world.containers('shop')).map(({ Config, HostConfig }) => [Config.Labels['torii.service'], HostConfig.RestartPolicy.Name])
  const [seeds] = await world.exec('shop', 'web', 'cat /kept/seeds')

  expect(await world.api.deployment('shop')).toMatchObject({ wanted: 'running', live: 1, latest: { revision: 1, state: 'DEPLOYED' } })
  expect(Object.fromEntries(policies)).toEqual({ web: 'unless-stopped', backend: 'on-failure', seed: 'no' })
  expect(seeds).toBe('seeded')
})

test('it may be stopped and started again and again', async ({ world }) => {
  for (let turn = 0; turn < 4; turn++) {
    expect((await world.torii('stop', 'shop')).exit).toBe(0)
    const started = await world.torii('start', 'shop')
    expect(started.exit, started.stderr).toBe(0)
  }
})

test('an update of a stopped one that fails leaves it stopped; one that succeeds has it run again', async ({ world }) => {
  await world.torii('stop', 'shop')
  const failed = await world.deploy(app, { name: 'shop', env: { COMMAND: '/nowhere/httpd' } })
  const { urls = [], ...deployment } = (await world.api.deployment('shop')) ?? {}
  const answers = await Promise.all(urls.map((url) => world.fetch(url)))
  await world.alone('shop', 1)
  const states = (await world.containers('shop')).map(({ State }) => State.Status)
  const succeeded = await world.deploy(app, { name: 'shop' })
  await world.alone('shop', 3)

  expect({ exit: failed.exit, reason: failed.document.failure?.reason }).toEqual({ exit: 5, reason: 'start_failed' })
  expect(deployment).toMatchObject({ wanted: 'stopped', live: 1 })
  for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 503, body: expect.stringContaining('<h1>Stopped</h1>') })
  expect(new Set(states)).toEqual(new Set(['exited']))
  expect({ exit: succeeded.exit, live: succeeded.document.live }, succeeded.stderr).toEqual({ exit: 0, live: true })
  expect(await world.api.deployment('shop')).toMatchObject({ wanted: 'running', live: 3 })
  for (const url of urls) expect(await world.fetch(url)).toMatchObject({ status: 200, body: 'open\n' })
})

test('one that comes back ill says so by the exit code of its reason, and runs all the same', async ({ world }) => {
  await world.exec('shop', 'web', 'touch /kept/ill')
  await world.torii('stop', 'shop')
  const started = await world.torii('start', 'shop', '--json')

  expect(started.exit, started.stderr).toBe(5)
  expect(documentOf(started)).toMatchObject({
    deployment: { name: 'shop', wanted: 'running', latest: { state: 'DEPLOYED' } },
    failure: { reason: 'container_unhealthy', service: 'backend' },
  })
  expect((await world.container('shop', 'backend')).State.Status).toBe('running')
})
