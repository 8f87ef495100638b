import { join } from 'node:path'
import { expect } from 'vitest'
import { docker } from '../engine.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('a proxy that crashes has its routes back by itself, with nobody awake', async ({ world }) => {
  const { document } = await world.deploy(app, { name: 'shop' })
  await world.kill9()
  await crash(world)
  await Promise.all(document.urls.map((url) => until(`${url} again`, () => served(world, url), { within: 10_000 })))
  await world.restart()

  expect(await world.api.deployment('shop')).toMatchObject({ live: 1, latest: { state: 'DEPLOYED', failure: null } })
})

test('a deployment goes on over the crash of the proxy', async ({ world }) => {
  const deploying = world.deploying(app, { name: 'other' })
  await world.api.event('other', 'container', ({ step }) => step === 'created')
  await crash(world)
  const { exit, document, stderr } = await deploying.ended

  expect(exit, stderr).toBe(0)
  for (const url of document.urls) expect((await world.fetch(url)).body).toBe('open\n')
})

test('a proxy that somebody removed comes back with `torii up`, with every route', async ({ world }) => {
  await docker('rm', '--force', await world.proxy())
  const { exit } = await world.torii('up')
  const { urls = [] } = (await world.api.deployment('shop')) ?? {}

  expect(exit).toBe(0)
  await Promise.all(urls.map((url) => until(`${url} again`, () => served(world, url), { within: 10_000 })))
})

test('`torii down` takes the proxy and leaves the containers; `torii up` brings the addresses back', async ({ world }) => {
  const before = await world.container('shop', 'web')
  const { urls = [] } = (await world.api.deployment('shop')) ?? {}
  const down = await world.torii('down')
  const looks = await Promise.allSettled(urls.map((url) => world.fetch(url)))
  const up = await world.torii('up')
  await Promise.all(urls.map((url) => until(`${url} again`, () => served(world, url), { within: 10_000 })))

  expect({ down: down.exit, up: up.exit }).toEqual({ down: 0, up: 0 })
  expect(looks.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await world.container('shop', 'web')).toMatchObject({ Id: before.Id, State: { StartedAt: before.State.StartedAt } })
})

/** As the kernel does it, not as `docker kill`, after which the engine would not start it again. */
async function crash(world: World): Promise<void> {
  process.kill(Number(await docker('inspect', '--format', '{{.State.Pid}}', await world.proxy())), 'SIGKILL')
}

function served(world: World, url: string): Promise<boolean> {
  return world.fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  )
}
