import { describe, expect, test } from 'vitest'
import type { PlannedImage } from '../../../src/deploy/plan.ts'
import type { FakeImage } from '../../fakes/images.ts'
import { aWorld, deployed, statesOf, told, type World } from './a-world.ts'

const ref = 'registry.test/web:1'

/** A hello of one image, with or without a policy. */
function world(image: FakeImage, pulls: Partial<PlannedImage> = {}): World {
  return aWorld({ extensions: { '/hello': { services: { web: { pulls } } } }, images: { [ref]: image } })
}

const stepsOf = async (here: World) => (await told(here, 'image')).map(({ event }) => event.step)
const pulls = ({ engine }: World) => engine.world.calls.filter((call) => /^(pull|build)/.test(call))

describe('which images are pulled (reading 23)', () => {
  test.each<[string, FakeImage, PlannedImage['pullPolicy'], string[], string[]]>([
    ['one that is missing', {}, 'missing', [`pull ${ref}`], ['pulling', 'pulled']],
    ['none that is local', { local: true }, 'missing', [], ['present']],
    ['none that is local, if_not_present', { local: true }, 'if_not_present', [], ['present']],
    ['one that is local, but must always be', { local: true }, 'always', [`pull ${ref}`], ['pulling', 'pulled']],
    ['none that is local and must never be', { local: true }, 'never', [], ['present']],
  ])('%s', async (_, image, pullPolicy, calls, steps) => {
    const here = world(image, { pullPolicy })

    const revision = await deployed(here, '/hello')

    expect(revision.state).toBe('DEPLOYED')
    expect(pulls(here)).toEqual(calls)
    expect(await stepsOf(here)).toEqual(steps)
    expect(await statesOf(here)).toContain('1 PULLING_IMAGES')
  })

  test('one that is missing and must never be pulled is not found, and the fix says so', async () => {
    const { state, failure } = await deployed(world({}, { pullPolicy: 'never' }), '/hello')

    expect(state).toBe('FAILED')
    expect(failure).toMatchObject({ reason: 'image_not_found', service: 'web', fix: expect.stringContaining('`pull_policy`') })
  })

  test('a build is built, and a build that fails is named with its words', async () => {
    const build = { context: '/hello', within: null, dockerfile: null, dockerfileText: null, dockerignore: null, args: {}, target: null }
    const good = world({}, { build })
    const bad = world({ buildFails: 'RUN npm ci: exit code 1' }, { build })

    expect(await deployed(good, '/hello')).toMatchObject({ state: 'DEPLOYED' })
    expect(await stepsOf(good)).toEqual(['built'])
    expect((await deployed(bad, '/hello')).failure).toMatchObject({ reason: 'build_failed', service: 'web' })
  })
})

describe('a pull that fails (reading 22)', () => {
  test.each([
    ['manifest unknown', 'image_not_found'],
    ['unauthorized', 'registry_auth'],
    ['toomanyrequests: slow down', 'registry_rate_limited'],
    ['Get "https://registry.test/v2/": net/http: TLS handshake timeout', 'pull_timeout'],
    ['received unexpected HTTP status: 500 Internal Server Error', 'pull_failed'],
    ['write /var/lib/docker/tmp: no space left on device', 'disk_full'],
  ])('"%s" is %s, of that service, before anything is created', async (pullFails, reason) => {
    const here = world({ pullFails })

    const revision = await deployed(here, '/hello')

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason, service: 'web' } })
    expect(revision.failure?.sentence).toContain(pullFails)
    expect(await statesOf(here)).toEqual(['1 UNINITIALIZED', '1 PULLING_IMAGES', '1 FAILED'])
    expect(here.engine.world.calls.filter((call) => !/^(network|remove) /.test(call))).toEqual([`pull ${ref}`])
    expect([...here.engine.world.networks]).toEqual([])
    expect(await stepsOf(here)).toEqual(['pulling', 'failed'])
  })

  test('gives up the others at once', async () => {
    const slow: FakeImage = { progress: [[600_000, 1, 1]] }
    const extensions = { '/hello': { services: { web: {}, slow: {} } } }
    const here = aWorld({ extensions, images: { [ref]: { pullFails: 'unauthorized' }, 'registry.test/slow:1': slow } })

    const revision = await deployed(here, '/hello')

    expect(revision.failure).toMatchObject({ reason: 'registry_auth', service: 'web' })
    expect(Date.parse(revision.settledAt ?? '') - Date.parse(revision.createdAt)).toBe(0)
  })

  test('does not hide behind a policy: `always` with a local image fails too', async () => {
    const { failure } = await deployed(world({ local: true, pullFails: 'unauthorized' }, { pullPolicy: 'always' }), '/hello')

    expect(failure?.reason).toBe('registry_auth')
  })
})

describe('an image for another machine', () => {
  const arm: FakeImage = { facts: { architecture: 'arm64' } }

  test('is refused before anything is created: the engine pulls it without a word', async () => {
    const here = world(arm)

    const { failure } = await deployed(here, '/hello')

    expect(failure).toMatchObject({ reason: 'wrong_architecture', service: 'web' })
    expect(here.engine.world.calls.filter((call) => !/^(network|remove) /.test(call))).toEqual([`pull ${ref}`])
    expect([...here.engine.world.networks]).toEqual([])
  })

  test('is taken when the file asks for it', async () => {
    expect(await deployed(world(arm, { platform: 'linux/arm64' }), '/hello')).toMatchObject({ state: 'DEPLOYED' })
  })
})

test('progress is told, at most ten times a second, and its end always', async () => {
  const progress = Array.from({ length: 101 }, (_, at) => [at * 10, at, 100] as [number, number, number])
  const here = world({ progress })

  const heard: number[] = []
  here.store.follow(({ event }) => event.type === 'image' && event.step === 'pulling' && event.total > 0 && heard.push(event.current))

  await deployed(here, '/hello')

  expect(heard).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
  expect(await stepsOf(here)).toEqual(['pulling', 'pulling', 'pulled'])
})
