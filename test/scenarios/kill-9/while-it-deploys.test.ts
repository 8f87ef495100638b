import { join } from 'node:path'
import { expect } from 'vitest'
import type { Deployed } from '../command-line.ts'
import { aDoor } from '../door.ts'
import { aRegistry, pushImage } from '../registry.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)
const mebibyte = 1024 * 1024

test('killed while it pulls: the next one pulls on, and the revision is the same', async ({ world }) => {
  const [port, doorPort] = world.slot.spare
  await using registry = await aRegistry({ port, storage: join(world.folder, 'registry') })
  await pushImage(`${registry.address}/page:heavy`, world.folder, { page: 'heavy', bytes: 3 * mebibyte })
  await using door = await aDoor({ port: doorPort, to: port, rate: mebibyte / 4 })
  const deploying = world.deploying(folder('pulled'), { name: 'pulled', env: { REGISTRY: `127.0.0.1:${doorPort}` } })
  await world.api.event('pulled', 'image', ({ step, total }) => step === 'pulling' && total > 0)

  await world.kill9()
  door.rate = Number.POSITIVE_INFINITY
  await world.restart()

  await expectRightEnd(world, await deploying.ended)
})

test('killed at the gate: the next one goes on with the same containers, and events are followed without gap or double', async ({ world }) => {
  const deploying = world.deploying(folder('app'), { name: 'gate' })
  await world.api.event('gate', 'container', ({ step }) => step === 'started')
  const before = await world.container('gate', 'web')
  const follower = world.begin(['events', 'gate', '--follow', '--json'])
  await until('the follower', async () => follower.output() !== '')

  await world.kill9()
  await world.exec('gate', 'web', 'echo here > /www/index.html')
  await world.restart()
  await world.exec('gate', 'web', 'touch /tmp/ready')

  await expectRightEnd(world, await deploying.ended)
  expect((await world.container('gate', 'web')).Id).toBe(before.Id)
  const all = (await world.api.events('gate')).map(({ id }) => id)
  const heard = await heardUntil(follower, all)
  expect(heard).toEqual(all)
})

test('killed at the gate, and healthy before the next one comes: that is seen', async ({ world }) => {
  const deploying = world.deploying(folder('app'), { name: 'meanwhile' })
  await world.api.event('meanwhile', 'container', ({ step }) => step === 'started')
  await world.container('meanwhile', 'web')

  await world.kill9()
  await world.exec('meanwhile', 'web', 'touch /tmp/ready; echo here > /www/index.html')
  await until('healthy', async () => (await world.container('meanwhile', 'web')).State.Health?.Status === 'healthy', { every: 100 })
  await world.restart()

  await expectRightEnd(world, await deploying.ended)
})

test('killed while it probes: the next one probes on', async ({ world }) => {
  const deploying = world.deploying(folder('app'), { name: 'probe' })
  await world.api.event('probe', 'container', ({ step }) => step === 'started')
  await world.exec('probe', 'web', 'touch /tmp/ready')
  await world.api.event('probe', 'probe', ({ status }) => status === 404)

  await world.kill9()
  await world.restart()
  await world.exec('probe', 'web', 'echo here > /www/index.html')

  await expectRightEnd(world, await deploying.ended)
})

test('killed after its routes were opened: they stay open, and the next one settles it', async ({ world }) => {
  const deploying = world.deploying(folder('slow'), { name: 'open' })
  const { id, urls } = await until('the deployment', () => world.api.deployment('open'))
  await until('the open route', async () => (await world.routers()).some(({ name, service }) => name === `path-${id}-1@file` && service !== 'nobody'))

  await world.kill9()
  const answer = await world.fetch(urls[0] ?? '')
  await world.restart()

  expect(answer).toMatchObject({ status: 200, body: 'slow but there\n' })
  await expectRightEnd(world, await deploying.ended)
})

test('killed at every step, one after the other: each next one gets further, and there are no twins', async ({ world }) => {
  const accepted = await world.deploy(folder('app'), { name: 'again', wait: false })
  const step = async (happened: Promise<unknown>) => {
    await happened
    await world.kill9()
    await world.restart()
  }
  await step(Promise.resolve())
  await step(world.api.event('again', 'container', ({ step }) => step === 'created'))
  await step(world.api.event('again', 'container', ({ step }) => step === 'started'))
  await world.exec('again', 'web', 'touch /tmp/ready')
  await step(world.api.event('again', 'verdict', ({ now }) => now === 'passed'))
  await step(world.api.event('again', 'route', ({ step }) => step === 'candidate'))
  await world.exec('again', 'web', 'echo here > /www/index.html')
  await step(world.api.event('again', 'probe', ({ status }) => status === 200))
  await world.api.event('again', 'state', ({ state }) => state === 'DEPLOYED')

  expect(accepted.exit).toBe(0)
  expect((await world.api.revision('again'))?.timeline.map(({ state }) => state)).toEqual(['UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'DEPLOYED'])
  expect(await world.containers('again')).toHaveLength(1)
  expect(await world.networks(accepted.document.deployment.id ?? '')).toHaveLength(1)
})

/** DEPLOYED as the same revision, each state once, one container, and its addresses answer. */
async function expectRightEnd(world: World, { exit, document, stderr }: Deployed): Promise<void> {
  expect(exit, stderr).toBe(0)
  expect(document.timeline.map(({ state }) => state)).toEqual(['UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'DEPLOYED'])
  expect({ revision: document.revision, live: document.live }).toEqual({ revision: 1, live: true })
  expect(await world.containers(document.deployment.name ?? '')).toHaveLength(1)
  for (const url of document.urls) expect((await world.fetch(url)).status).toBe(200)
  for (const state of ['PULLING_IMAGES', 'REQUESTED', 'DEPLOYED']) expect(stderr.match(new RegExp(`^ .* {2}${state}$`, 'gm'))).toHaveLength(1)
}

/** The numbers of all that a follower printed, once it has printed the last. */
async function heardUntil(follower: ReturnType<World['begin']>, all: number[]): Promise<number[]> {
  const numbers = () =>
    follower
      .output()
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { id: number }).id)
  await until('the last event', async () => numbers().includes(all.at(-1) ?? 0))
  process.kill(follower.pid, 'SIGINT')
  expect((await follower.ended).exit).toBe(0)
  return numbers()
}
