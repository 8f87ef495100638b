import { join } from 'node:path'
import { expect } from 'vitest'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

test('what is deployed serves on while nobody controls it, and is found as it is', async ({ world }) => {
  const { document } = await world.deploy(folder('stubborn'), { name: 'shop' })
  const polling = await world.poll(document.urls.map((url) => `${url}busybox`))
  await world.kill9()
  await world.restart()
  const looks = await polling.stop()

  expect(new Set(looks.map(({ status, error }) => status ?? error))).toEqual(new Set([200]))
  expect(await world.api.revision('shop')).toEqual(document)
  expect(await world.containers('shop')).toHaveLength(1)
})

test('killed while it stops a deployment: the next one stops it to the end', async ({ world }) => {
  const stopping = world.begin(['stop', 'shop'])
  await until('a deployment that is to be stopped', async () => (await world.api.deployment('shop'))?.wanted === 'stopped')
  await world.kill9()
  const { exit } = await stopping.ended
  await world.restart()
  await until('its end', async () => (await world.container('shop', 'web')).State.Status === 'exited', { every: 100 })
  const { urls = [] } = (await world.api.deployment('shop')) ?? {}

  expect(exit).toBe(7)
  for (const url of urls) expect((await world.fetch(url)).status).toBe(503)
  expect((await world.torii('start', 'shop')).exit).toBe(0)
})

test('killed during an update in place: the next one brings it to its end, and the data is there', async ({ world }) => {
  const before = await world.container('shop', 'web')
  const updating = world.deploying(folder('stubborn'), { name: 'shop' })
  await world.api.event('shop', 'state', ({ state }) => state === 'REQUESTED', { revision: 2 })
  await until('the stop of the old one', async () => (await world.containers('shop')).length === 2, { every: 50 })
  await world.kill9()
  await world.restart()
  const { exit, document, stderr } = await updating.ended
  await world.alone('shop', 2)

  expect({ exit, revision: document.revision, live: document.live }, stderr).toEqual({ exit: 0, revision: 2, live: true })
  expect((await world.container('shop', 'web')).Id).not.toBe(before.Id)
})

test('killed while it removes a deployment: the next one removes it to the end', async ({ world }) => {
  const id = (await world.api.deployment('shop'))?.id ?? ''
  const removing = world.begin(['rm', 'shop', '--volumes', '--yes'])
  await until('the removal', async () => (await world.api.ask<{ deployments: unknown[] }>('GET', '/deployments')).body.deployments.length === 0)
  await world.kill9()
  const { exit } = await removing.ended
  await world.restart()
  await until('the end of the removal', async () => (await world.api.deployment('shop')) === null)

  expect(exit).toBe(7)
  expect({ containers: await world.containers(), networks: await world.networks(id) }).toEqual({ containers: [], networks: [] })
  expect((await world.torii('rm', 'shop', '--volumes', '--yes')).exit).toBe(8)
})
