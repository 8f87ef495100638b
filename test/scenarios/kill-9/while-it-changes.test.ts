import { join } from 'node:path'
import { expect } from 'vitest'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

test('what is deployed serves on while nobody controls it, and is found as it is', async ({ world }) => {
  const { document } = await world.deploy(folder('stubborn'), { name: 'serving' })
  const polling = await world.poll(document.urls.map((url) => `${url}busybox`))
  await world.kill9()
  await world.restart()
  const looks = await polling.stop()

  expect(new Set(looks.map(({ status, error }) => status ?? error))).toEqual(new Set([200]))
  expect(await world.api.revision('serving')).toEqual(document)
  expect(await world.containers('serving')).toHaveLength(1)
})

test('killed while it stops a deployment: the next one stops it to the end', async ({ world }) => {
  const { document } = await world.deploy(folder('stubborn'), { name: 'stopped' })
  const stopping = world.begin(['stop', 'stopped'])
  await until('a deployment that is to be stopped', async () => (await world.api.deployment('stopped'))?.wanted === 'stopped')
  await world.kill9()
  const { exit } = await stopping.ended
  await world.restart()
  await until('its end', async () => (await world.container('stopped', 'web')).State.Status === 'exited', { every: 100 })

  expect(exit).toBe(7)
  for (const url of document.urls) expect((await world.fetch(url)).status).toBe(503)
  expect((await world.torii('start', 'stopped')).exit).toBe(0)
})

test('killed during an update in place: the next one brings it to its end, and the data is there', async ({ world }) => {
  await world.deploy(folder('stubborn'), { name: 'updated' })
  const before = await world.container('updated', 'web')
  await world.exec('updated', 'web', 'echo kept > /data/words')
  const updating = world.deploying(folder('stubborn'), { name: 'updated' })
  await world.api.event('updated', 'state', ({ state }) => state === 'REQUESTED', { revision: 2 })
  await until('the stop of the old one', async () => (await world.containers('updated')).length === 2, { every: 50 })
  await world.kill9()
  await world.restart()
  const { exit, document, stderr } = await updating.ended
  await world.alone('updated', 2)

  expect({ exit, revision: document.revision, live: document.live }, stderr).toEqual({ exit: 0, revision: 2, live: true })
  expect((await world.container('updated', 'web')).Id).not.toBe(before.Id)
  expect(await world.exec('updated', 'web', 'cat /data/words')).toEqual([expect.stringContaining('kept')])
})

test('killed while it removes a deployment: the next one removes it to the end', async ({ world }) => {
  const { document } = await world.deploy(folder('stubborn'), { name: 'removed' })
  const removing = world.begin(['rm', 'removed', '--volumes', '--yes'])
  const listed = async () => (await world.api.ask<{ deployments: { name: string; wanted: string }[] }>('GET', '/deployments')).body.deployments
  await until('the removal', async () => (await listed()).some(({ name, wanted }) => name === 'removed' && wanted === 'removed_with_volumes'))
  await world.kill9()
  const { exit } = await removing.ended
  await world.restart()
  await until('the end of the removal', async () => (await world.api.deployment('removed')) === null)

  expect(exit).toBe(7)
  expect((await world.torii('rm', 'removed', '--volumes', '--yes')).exit).toBe(8)
  expect({ containers: await world.containers('removed'), networks: await world.networks(document.deployment.id ?? '') }).toEqual({
    containers: [],
    networks: [],
  })
})
