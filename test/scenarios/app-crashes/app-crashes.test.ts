import { join } from 'node:path'
import { expect } from 'vitest'
import { docker } from '../engine.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('an app that crashes and is started again by the engine has its address and its route again, with nobody awake', async ({ world }) => {
  const { document } = await world.deploy(app, { name: 'shop' })
  const before = await world.container('shop', 'web')
  await world.kill9()
  // Both are down at the same time: whoever comes back first could take the other's address.
  await Promise.all([crash(world, 'web'), crash(world, 'other')])
  await Promise.all(document.urls.map((url) => until(`${url} again`, () => served(world, url), { within: 10_000 })))
  const after = await world.container('shop', 'web')
  await world.restart()

  expect(after.State.StartedAt).not.toBe(before.State.StartedAt)
  expect(Object.values(after.NetworkSettings.Networks)[0]?.IPAddress).toBe(Object.values(before.NetworkSettings.Networks)[0]?.IPAddress)
  expect(await world.api.deployment('shop')).toMatchObject({ live: 1, latest: { state: 'DEPLOYED' } })
})

/** As the kernel does it: after `docker kill` the engine would not start it again. */
async function crash(world: World, service: string): Promise<void> {
  const { Id } = await world.container('shop', service)
  process.kill(Number(await docker('inspect', '--format', '{{.State.Pid}}', Id)), 'SIGKILL')
}

function served(world: World, url: string): Promise<boolean> {
  return world.fetch(url, { within: 2_000 }).then(
    ({ status }) => status === 200,
    () => false,
  )
}
