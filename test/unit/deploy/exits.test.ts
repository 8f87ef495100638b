import { describe, expect, test } from 'vitest'
import type { FakeService } from '../../fakes/container.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, settled, until } from './a-world.ts'
import { healthyAfter, startOfTime, undecided } from './makers.ts'

const took = ({ settledAt }: { settledAt: string | null }) => Date.parse(settledAt ?? '') - startOfTime
const crashes = (at: number, code: number, more: FakeService = {}): FakeService => ({ crashes: [at, code], ...more })

async function deploy(job: FakeExtension['services'][string], name = 'tool-it', deaf = false) {
  const services = name === 'hello' ? { web: {}, job } : { job }
  const world = aWorld({ extensions: { [`/${name}`]: { services } }, deaf })
  return { world, revision: await deployed(world, `/${name}`) }
}

describe('a container that ends although it should run', () => {
  test.each<[string, string, FakeService]>([
    ['3 at once, without HEALTHCHECK', 'exit code 3', crashes(0, 3)],
    ['3 after 50 ms, without HEALTHCHECK: the last look sees it', 'exit code 3', crashes(50, 3)],
    ['3 at once, with a HEALTHCHECK', 'exit code 3', crashes(0, 3, undecided)],
    [
      '0 at once, with a HEALTHCHECK',
      'job ended by itself with exit code 0 after 0 s: nothing of it stays in the foreground (exit code 0)',
      crashes(0, 0, undecided),
    ],
    ['137, killed', 'exit code 137 (SIGKILL)', crashes(20, 137, undecided)],
  ])('with exit code %s', async (_, detail, does) => {
    const { revision } = await deploy({ does })

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'container_exited', service: 'job' } })
    expect(revision.failure?.sentence).toBe(`job exited although it should run: ${detail}.`)
  })

  test('is failed at once, not at the end of its time', async () => {
    const { revision } = await deploy({ does: crashes(3210, 3, undecided) })

    expect(took(revision)).toBe(3210)
  })

  test('is found by the next look where no event tells of it', async () => {
    const { revision } = await deploy({ does: crashes(3210, 3, undecided) }, 'tool-it', true)

    expect(took(revision)).toBe(5000)
  })

  test('says the last thing it printed, and its log is kept', async () => {
    const { world, revision } = await deploy({ does: crashes(50, 1, { logs: ['Traceback', '\u001b[31mKeyError: DB_HOST\u001b[0m', ''] }) })

    expect(revision.failure?.sentence).toBe('job exited although it should run: exit code 1; the last it printed: KeyError: DB_HOST.')
    expect((await world.store.evidence(revision))?.containers[0]?.logs).toBe('Traceback\nKeyError: DB_HOST\n\n')
  })

  test('while the routed app is fine still fails the whole (no partial success)', async () => {
    const { world, revision } = await deploy({ does: crashes(1, 3) }, 'hello')

    expect(revision.failure).toMatchObject({ reason: 'container_exited', service: 'job' })
    expect(world.proxy.published()).toEqual([])
  })
})

describe('for want of memory', () => {
  test('it is named so, with the limit', async () => {
    const { revision } = await deploy({ does: crashes(500, 137, { oomKilled: true, memoryLimit: 8 * 1024 ** 2, ...undecided }) })

    expect(revision.failure).toMatchObject({ reason: 'out_of_memory', sentence: 'job was killed for want of memory: its limit is 8 MiB.' })
  })

  test('again and again is named so too', async () => {
    const { revision } = await deploy({ restart: 'always', does: crashes(500, 137, { oomKilled: true, memoryLimit: 8 * 1024 ** 2 }) })

    expect(revision.failure?.reason).toBe('out_of_memory')
    expect(revision.failure?.sentence).toMatch(/^job was killed for want of memory: its limit is 8 MiB, \d+ restarts\.$/)
  })
})

describe('a restart policy (reading 12)', () => {
  test.each([
    ['without HEALTHCHECK', {}],
    ['with a HEALTHCHECK', undecided],
  ])('of one that crashes again and again ends in crash_loop within 30 s, %s', async (_, check) => {
    const { revision } = await deploy({ restart: 'always', does: crashes(1000, 3, { ...check, logs: ['no database'] }) })

    expect(revision.failure).toMatchObject({ reason: 'crash_loop', service: 'job' })
    expect(revision.failure?.sentence).toMatch(
      /^job crashes again and again: \d+ restarts in 2\d s, the last run ended with exit code 3; the last it printed: no database\.$/,
    )
    expect(took(revision)).toBeGreaterThanOrEqual(20_000)
    expect(took(revision)).toBeLessThan(30_000)
  })

  test('of one that ends with 0 again and again too: it should run', async () => {
    const { revision } = await deploy({ restart: 'always', does: crashes(1000, 0) })

    expect(revision.failure?.reason).toBe('crash_loop')
  })

  test.each([
    ['without HEALTHCHECK', {}, 'skipped'],
    ['with a HEALTHCHECK', healthyAfter(2000), 'passed'],
  ])('of one that exits until its database is up makes it pass, %s', async (_, check, verdict) => {
    const { world, revision } = await deploy({ restart: 'always', does: { exits: Array(6).fill([1000, 1]) as [number, number][], ...check } })

    expect(revision.state).toBe('DEPLOYED')
    expect((await world.controller.revision('tool-it', null)).containers[0]).toMatchObject({ verdict })
  })

  test('one that is only restarted now and then is waited for until it stays', async () => {
    const { revision } = await deploy({ restart: 'on-failure', does: { exits: [[500, 1]] } })

    expect(revision.state).toBe('DEPLOYED')
    expect(took(revision)).toBeGreaterThanOrEqual(10_000)
  })

  test('that gives up is an exit', async () => {
    const { revision } = await deploy({ restart: 'on-failure:2', does: crashes(100, 3) })

    expect(revision.failure).toMatchObject({ reason: 'container_exited', service: 'job' })
  })

  test('loops on is disarmed when a first deployment has failed', async () => {
    const { world, revision } = await deploy({ restart: 'always', does: crashes(1000, 3) })
    const restarts = async () => (await world.engine.containers(revision))[0]?.restartCount

    const before = await restarts()
    await world.clock.advance(120_000)

    expect(await restarts()).toBeLessThanOrEqual((before ?? 0) + 1)
  })
})

describe('what somebody else does to a container meanwhile', () => {
  const world = () => aWorld({ extensions: { '/tool-it': { services: { job: { does: undecided } } } } })

  test.each([
    ['paused', 'container_paused', 'job is paused.'],
    ['removed', 'container_gone', 'job disappeared: the engine does not know it any more.'],
  ])('%s', async (what, reason, sentence) => {
    const here = world()
    await here.controller.submit({ path: '/tool-it' })
    await until(here, () => here.engine.world.calls.includes('start job'))
    await here.clock.sleep(2000)

    if (what === 'paused') here.engine.world.pause('job')
    else here.engine.world.lose('job')

    const revision = await settled(here, 'tool-it')
    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason, service: 'job', sentence } })
  })
})

describe('a start that the engine refuses', () => {
  test.each([
    ['exec: "/nope": stat /nope: no such file or directory', 'start_failed'],
    ['unable to find user nouser: no matching entries in passwd file', 'start_failed'],
    ['Bind for 0.0.0.0:18846 failed: port is already allocated', 'port_in_use'],
    ['exec format error', 'wrong_architecture'],
    ['could not find an available, non-overlapping IPv4 address pool', 'network_exhausted'],
    ['write /x: no space left on device', 'disk_full'],
  ])('%s: %s, of that service', async (startFails, reason) => {
    const { revision } = await deploy({ does: { startFails } })

    expect(revision).toMatchObject({ state: 'FAILED', failure: { reason, service: 'job' } })
    expect(revision.failure?.sentence).toContain(startFails)
  })

  test('leaves its words in the evidence', async () => {
    const { world, revision } = await deploy({ does: { startFails: 'no such device' } })

    expect((await world.store.evidence(revision))?.containers[0]).toMatchObject({ state: 'created', error: 'no such device', verdict: 'failed' })
  })
})
