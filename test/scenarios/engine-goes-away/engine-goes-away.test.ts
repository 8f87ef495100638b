import { join } from 'node:path'
import { expect } from 'vitest'
import { aSocketDoor } from '../door.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const test = inAWorld({ env: ({ folder }) => ({ DOCKER_HOST: `unix://${folder}/engine.sock` }) })
const app = join(import.meta.dirname, 'app')
const opened = (world: World) => aSocketDoor(join(world.folder, 'engine.sock'))

test('an engine that is away for a while only delays a deployment: it goes on with the same containers', async ({ world }) => {
  const before = await cutWhileWaiting(world, 'shop', async () => {
    await world.exec('shop', 'web', 'touch /tmp/ready')
    await until('health', async () => (await world.container('shop', 'web')).State.Health?.Status === 'healthy', { every: 100 })
  })
  const { exit, document, stderr } = await before.ended

  expect({ exit, revision: document.revision }, stderr).toEqual({ exit: 0, revision: 1 })
  expect((await world.container('shop', 'web')).Id).toBe(before.id)
  for (const url of document.urls) expect((await world.fetch(url)).body).toBe('here\n')
})

test('meanwhile it says what it waits for', async ({ world }) => {
  const before = await cutWhileWaiting(world, 'told', () =>
    until('word of the engine', async () => (await world.api.events('told')).some(({ event }) => /engine.*does not answer/.test(JSON.stringify(event))), {
      within: 15_000,
    }),
  )
  await world.exec('told', 'web', 'touch /tmp/ready')

  expect((await before.ended).exit).toBe(0)
})

/** Deploys, cuts the engine off while a container is waited for, and lets it come back when `meanwhile` is over, however it ends. */
async function cutWhileWaiting(world: World, name: string, meanwhile: (id: string) => Promise<unknown>) {
  const door = await opened(world)
  const { ended } = world.deploying(app, { name })
  await world.api.event(name, 'container', ({ step }) => step === 'started')
  const { Id: id } = await world.container(name, 'web')
  await door[Symbol.asyncDispose]()
  await meanwhile(id).finally(() => opened(world))
  return { id, ended }
}
