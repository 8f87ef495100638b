import { join } from 'node:path'
import { expect } from 'vitest'
import { aDoor } from '../door.ts'
import { docker } from '../engine.ts'
import { expectFailure } from '../expect-failure.ts'
import { aRegistry, login, pushImage, type Registry } from '../registry.ts'
import { inAWorld } from '../scenario.ts'

const app = join(import.meta.dirname, 'app')
const mebibyte = 1024 * 1024

const test = inAWorld().extend<{ registry: Registry }>({
  registry: [
    async ({ world }, use) => {
      await using registry = await aRegistry({ port: world.slot.spare[0], storage: join(world.folder, 'registry') })
      await use(registry)
    },
    { scope: 'file' },
  ],
})

test('a pull tells its progress in bytes, and the revision keeps the digest that was pulled', async ({ world, registry }) => {
  const [port, doorPort] = world.slot.spare
  const digest = (await pushImage(`${registry.address}/page:heavy`, world.folder, { page: 'heavy', bytes: 6 * mebibyte })).split('@')[1]
  await using _ = await aDoor({ port: doorPort, to: port, rate: 6 * mebibyte })
  const address = `127.0.0.1:${doorPort}`
  const deploying = world.deploying(app, { name: 'heavy', env: { REGISTRY: address, TAG: 'heavy' } })
  const { event: first } = await world.api.event('heavy', 'image', ({ step, current, total }) => step === 'pulling' && current > 0 && current < total)
  const { event: later } = await world.api.event('heavy', 'image', ({ step, current }) => step === 'pulling' && current > first.current)
  const { event: last } = await world.api.event('heavy', 'image', ({ step, current }) => step === 'pulling' && current > later.current)
  const { exit } = await deploying.ended
  const steps = (await world.api.events('heavy')).flatMap(({ event }) => (event.type === 'image' ? [event] : []))

  expect(exit).toBe(0)
  expect(last.total).toBeGreaterThanOrEqual(6 * mebibyte)
  for (const { current, total } of [first, later, last]) expect(current).toBeLessThanOrEqual(total)
  expect(steps.at(-1)).toMatchObject({ image: `${address}/page:heavy`, service: 'web', step: 'pulled', detail: expect.stringContaining(String(digest)) })
})

test('pull_policy missing takes what is there, always asks again, never does without the registry', async ({ world, registry }) => {
  const env = (PULL_POLICY: string) => ({ REGISTRY: registry.address, TAG: 'moved', PULL_POLICY })
  const tag = `${registry.address}/page:moved`
  const pageOf = async (policy: string) => {
    const { document } = await world.deploy(app, { name: 'moved', env: env(policy) })
    return (await world.fetch(document.urls[0] ?? '')).body
  }

  await pushImage(tag, world.folder, { page: 'first' })
  const absent = await world.deploy(app, { name: 'absent', env: env('never') })
  expectFailure(absent, { exit: 4, reason: 'image_not_found', service: 'web', says: /is not on this machine, and its pull_policy is never/ })
  expect(await pageOf('missing')).toBe('first')

  const image = await docker('inspect', '--format', '{{.Id}}', tag)
  await pushImage(tag, world.folder, { page: 'second' })
  await docker('tag', image, tag)
  expect(await pageOf('missing')).toBe('first')
  expect(await pageOf('never')).toBe('first')
  expect(await pageOf('always')).toBe('second')
})

test('a tag that moves on does not move what runs: a restart serves what was deployed', async ({ world, registry }) => {
  const tag = `${registry.address}/page:restless`
  await pushImage(tag, world.folder, { page: 'mine' })
  const { document } = await world.deploy(app, { name: 'restless', env: { REGISTRY: registry.address, TAG: 'restless' } })
  const before = (await world.container('restless', 'web')).Image
  await docker('tag', 'busybox:stable', tag)
  await world.torii('stop', 'restless')
  const started = await world.torii('start', 'restless')

  expect(started.exit).toBe(0)
  expect((await world.container('restless', 'web')).Image).toBe(before)
  expect((await world.fetch(document.urls[0] ?? '')).body).toBe('mine')
})

test('a tag that the registry does not have is image_not_found, and names it', async ({ world, registry }) => {
  const deployed = await world.deploy(app, { name: 'no-such-tag', env: { REGISTRY: registry.address, TAG: 'nowhere' } })

  expectFailure(deployed, { exit: 4, reason: 'image_not_found', service: 'web', says: /page:nowhere/ })
  expect(deployed.document.timeline.map(({ state }) => state)).toEqual(['UNINITIALIZED', 'PULLING_IMAGES', 'FAILED'])
})

test('a registry that asks for a login is registry_auth until the user of Torii has logged in', async ({ world, registry }) => {
  await pushImage(`${registry.address}/page:secret`, world.folder, { page: 'secret' })
  await using locked = await aRegistry({ port: world.slot.spare[2], storage: join(world.folder, 'registry'), locked: true })
  const env = { REGISTRY: locked.address, TAG: 'secret' }

  const refused = await world.deploy(app, { name: 'secret', env })
  expectFailure(refused, { exit: 4, reason: 'registry_auth', service: 'web', says: /page:secret/ })

  const auth = Buffer.from(`${login.user}:${login.password}`).toString('base64')
  await world.write('.docker/config.json', JSON.stringify({ auths: { [locked.address]: { auth } } }))
  const { exit, document } = await world.deploy(app, { name: 'secret', env })
  expect(exit).toBe(0)
  expect(document.revision).toBe(2)
})
