import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect } from 'vitest'
import { aDoor } from '../door.ts'
import { docker } from '../engine.ts'
import { expectFailure } from '../expect-failure.ts'
import { aRegistry, makeImage, pushImage } from '../registry.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld({ env: () => ({ TORII_PULL_TIMEOUT: '3' }) })
const folder = (name: string) => join(import.meta.dirname, name)
const mebibyte = 1024 * 1024

test('an image that is not there and must not be pulled is image_not_found, and nothing was created', async ({ world }) => {
  const deployed = await world.deploy(folder('never'), { name: 'never' })

  expectFailure(deployed, { exit: 4, reason: 'image_not_found', service: 'web', says: /nobody\/has-this:ever/ })
  expect(await world.containers('never')).toEqual([])
})

test('a build that fails is build_failed, with the words of the step', async ({ world }) => {
  const deployed = await world.deploy(folder('build'), { name: 'build' })

  expectFailure(deployed, { exit: 4, reason: 'build_failed', service: 'web', says: /the compiler is missing/ })
})

test('an image for another machine is wrong_architecture before anything starts', async ({ world }) => {
  const REGISTRY = `127.0.0.1:${world.slot.spare[0]}`
  await makeImage(`${REGISTRY}/page:one`, world.folder, { page: 'foreign', platform: 'linux/arm64' })
  const deployed = await world.deploy(folder('pulled'), { name: 'foreign', env: { REGISTRY } })
  await docker('rmi', `${REGISTRY}/page:one`)

  expectFailure(deployed, { exit: 4, reason: 'wrong_architecture', service: 'web', says: /linux\/arm64/ })
  expect(await world.containers('foreign')).toEqual([])
})

test('a registry that is not there is pull_failed, and says where', async ({ world }) => {
  const deployed = await world.deploy(folder('pulled'), { name: 'nobody', env: { REGISTRY: `127.0.0.1:${world.slot.spare[0]}` } })

  expectFailure(deployed, { exit: 4, reason: 'pull_failed', service: 'web', says: new RegExp(`127.0.0.1:${world.slot.spare[0]}.*connection refused`) })
})

test('a pull that takes longer than TORII_PULL_TIMEOUT is pull_timeout', async ({ world }) => {
  const [port, doorPort] = world.slot.spare
  await using registry = await aRegistry({ port, storage: join(world.folder, 'registry') })
  await pushImage(`${registry.address}/page:one`, world.folder, { page: 'slow', bytes: 4 * mebibyte })
  await using _ = await aDoor({ port: doorPort, to: port, rate: mebibyte / 4 })
  const deployed = await world.deploy(folder('pulled'), { name: 'slow', env: { REGISTRY: `127.0.0.1:${doorPort}` } })

  expectFailure(deployed, { exit: 4, reason: 'pull_timeout', service: 'web', says: /within 3 s/ })
})

test('a registry that limits pulls is registry_rate_limited, in its own words', async ({ world }) => {
  const words = { errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }] }
  const limiting = createServer((_, answer) => answer.writeHead(429, { 'content-type': 'application/json' }).end(JSON.stringify(words)))
  await new Promise<void>((resolve) => limiting.listen(world.slot.spare[2], '127.0.0.1', resolve))
  const deployed = await world.deploy(folder('pulled'), { name: 'limited', env: { REGISTRY: `127.0.0.1:${world.slot.spare[2]}` } })
  limiting.close()

  expectFailure(deployed, { exit: 4, reason: 'registry_rate_limited', service: 'web', says: /pull rate limit/ })
})
