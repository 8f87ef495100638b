import { join } from 'node:path'
import { expect } from 'vitest'
import { aDoor } from '../door.ts'
import { docker } from '../engine.ts'
import { aRegistry, pushImage } from '../registry.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('rm takes containers, network, files, routes and port along, and the port may be had again', async ({ world }) => {
  const port = world.slot.ports.last
  const first = world.deploying(app, { name: 'shop', port })
  await ready(world, 'shop')
  await world.exec('shop', 'web', 'echo one > /www/index.html')
  const { document } = await first.ended
  const removed = await world.torii('rm', 'shop', '--yes')
  const again = await world.deploy(app, { name: 'tool-next', port, wait: false })

  expect({ removed: removed.exit, again: again.exit }).toEqual({ removed: 0, again: 0 })
  await nothingLeft(world, document.deployment.id ?? '')
  for (const url of document.urls) expect((await world.fetch(url)).headers['x-torii-revision']).not.toBe(`${document.deployment.id}/1`)
  expect(await world.api.deployment('shop')).toBeNull()
  expect((await world.torii('rm', 'shop', '--yes')).exit).toBe(8)
})

test.for([
  ['while a container is waited for', 'started'],
  ['while its routes are probed', 'probed'],
])('rm %s ends the deployment, and nothing of it stays', async ([, when], { world }) => {
  const name = `going-${when}`
  const deploying = world.deploying(app, { name })
  if (when === 'probed') await ready(world, name)
  else await world.api.event(name, 'container', ({ step }) => step === 'started')
  const id = (await world.api.deployment(name))?.id ?? ''
  const removed = await world.torii('rm', name, '--yes')
  const { exit, document } = await deploying.ended

  expect(removed.exit, removed.stderr).toBe(0)
  await nothingLeft(world, id)
  expect(await world.api.deployment(name)).toBeNull()
  expect({ exit, reason: document.failure?.reason }).toEqual({ exit: 130, reason: 'cancelled' })
})

test('rm while an image is pulled ends the deployment, and nothing of it stays', async ({ world }) => {
  const [port, doorPort] = world.slot.spare
  await using registry = await aRegistry({ port, storage: join(world.folder, 'registry') })
  await pushImage(`${registry.address}/page:heavy`, world.folder, { page: 'heavy', bytes: 4_000_000 })
  await using _ = await aDoor({ port: doorPort, to: port, rate: 100_000 })
  const deploying = world.deploying(join(import.meta.dirname, 'pulled'), { name: 'pulling', env: { REGISTRY: `127.0.0.1:${doorPort}` } })
  await world.api.event('pulling', 'image', ({ step, total }) => step === 'pulling' && total > 0)
  const id = (await world.api.deployment('pulling'))?.id ?? ''
  const removed = await world.torii('rm', 'pulling', '--yes')
  const { exit, document } = await deploying.ended

  expect(removed.exit, removed.stderr).toBe(0)
  expect(removed.ms).toBeLessThan(5_000)
  await nothingLeft(world, id)
  expect({ exit, reason: document.failure?.reason }).toEqual({ exit: 130, reason: 'cancelled' })
})

test('rm without a terminal to ask on needs --yes', async ({ world }) => {
  const { exit, stderr } = await world.torii('rm', 'tool-next')

  expect(exit).toBe(2)
  expect(stderr).toContain('--yes')
  expect(await world.api.deployment('tool-next')).not.toBeNull()
})

test('a container that a stranger connected to the network stays, and the network goes', async ({ world }) => {
  const deployment = await until('the deployment', () => world.api.deployment('tool-next'))
  await world.api.event('tool-next', 'container', ({ step }) => step === 'started')
  const [network = ''] = await world.networks(deployment.id)
  const stranger = await docker('run', '--detach', '--rm', '--network', network, 'busybox:stable', 'sleep', '1d')
  const removed = await world.torii('rm', 'tool-next', '--yes')
  const state = await docker('inspect', '--format', '{{.State.Status}}', stranger)
  await docker('rm', '--force', stranger)

  expect({ exit: removed.exit, state }, removed.stderr).toEqual({ exit: 0, state: 'running' })
  await nothingLeft(world, deployment.id)
})

async function ready(world: World, name: string): Promise<void> {
  await world.api.event(name, 'container', ({ step }) => step === 'started')
  await world.exec(name, 'web', 'touch /tmp/ready')
  await world.api.event(name, 'probe')
}

async function nothingLeft(world: World, id: string): Promise<void> {
  expect(id).not.toBe('')
  const label = ['--filter', `label=torii.deployment=${id}`]
  expect({ containers: await docker('ps', '--all', '--quiet', ...label), networks: await world.networks(id) }).toEqual({ containers: '', networks: [] })
}
