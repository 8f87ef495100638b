import { describe, expect, test } from 'vitest'
import { keepCertificates } from '../../src/certificate-keeper.ts'
import { ConfigError } from '../../src/config.ts'
import { DeployError } from '../../src/deploy/failure.ts'
import { createProxyKeeper } from '../../src/proxy-keeper.ts'
import { createFakeClock } from '../fakes/clock.ts'
import { createFakeController } from '../fakes/controller.ts'

const state = { running: true, version: '3.7.15', ports: [], busyPorts: [], trouble: '' }
const log = { warn: () => {} }
const seconds = (n: number) => n * 1000

/** A keeper whose proxy comes up after `takes` ms, or fails with what `fails` says. */
function aKeeper({ takes = 0, fails = () => null as unknown }: { takes?: number; fails?: (look: number) => unknown } = {}) {
  const clock = createFakeClock({ auto: false })
  const looks: number[] = []
  const up = async () => {
    looks.push(clock.monotonic())
    if (takes > 0) await clock.sleep(takes)
    const error = fails(looks.length)
    if (error !== null) throw error
    return state
  }
  return { keeper: createProxyKeeper({ up }, { clock, log }), clock, looks }
}

const unreachable = () => new DeployError('engine_unreachable', 'no answer within 10 s')

describe('a look at the proxy', () => {
  test('is shared by all who need it at once', async () => {
    const { keeper, clock, looks } = aKeeper({ takes: 100 })

    const all = Promise.all([keeper.ensureUp(), keeper.makeUp(), keeper.ensureUp()])
    await clock.advance(100)
    await all

    expect(looks).toEqual([0])
  })

  test.each([
    [4_999, 1],
    [5_000, 2],
  ])('is good for 5 s: after %i ms there were %i', async (passed, count) => {
    const { keeper, clock, looks } = aKeeper()
    await keeper.ensureUp()

    await clock.advance(passed)
    await keeper.ensureUp()

    expect(looks).toHaveLength(count)
  })

  test('is made anew by who takes nobody’s word for it', async () => {
    const { keeper, looks } = aKeeper()
    await keeper.ensureUp()

    await keeper.makeUp()

    expect(looks).toHaveLength(2)
  })

  test('that failed is good for nothing, also right after one that did not', async () => {
    const { keeper, looks } = aKeeper({ fails: (look) => (look === 2 ? unreachable() : null) })
    await keeper.ensureUp()
    await keeper.makeUp().catch(() => {})

    await keeper.ensureUp()

    expect(looks).toHaveLength(3)
  })

  test.each([
    ['the engine’s trouble stays', unreachable(), { reason: 'engine_unreachable', detail: 'no answer within 10 s' }],
    [
      'a variable that this machine cannot fulfil is the proxy’s',
      new ConfigError('TORII_BIND is 10.9.9.9, but this machine has no such address.'),
      { reason: 'proxy_unreachable', detail: 'TORII_BIND is 10.9.9.9, but this machine has no such address.', fix: expect.stringContaining('that variable') },
    ],
  ])('%s', async (_, error, trouble) => {
    const { keeper } = aKeeper({ fails: () => error })

    await expect(keeper.ensureUp()).rejects.toMatchObject({ trouble })
    expect(keeper.ready()).toMatchObject({ is: 'failed', why: trouble })
  })
})

describe('readiness', () => {
  test('is what the last look saw, and asking for it looks at nothing', async () => {
    const { keeper, looks } = aKeeper({ fails: (look) => (look === 2 ? new TypeError('secret') : null) })

    const before = keeper.ready()
    await keeper.makeUp()
    const good = keeper.ready()
    await keeper.makeUp().catch(() => {})
    const bad = keeper.ready()

    expect(before).toEqual({ is: 'waiting', on: 'the proxy' })
    expect(good).toEqual({ is: 'passed' })
    expect(bad).toEqual({ is: 'failed', why: { reason: 'internal', detail: '' } })
    expect(looks).toHaveLength(2)
  })
})

describe('keeping it up', () => {
  test('looks at once and every 30 s', async () => {
    const { keeper, clock, looks } = aKeeper()
    const over = new AbortController()

    const keeping = keeper.keepUp(over.signal)
    await clock.advance(seconds(70))
    over.abort()
    await keeping

    expect(looks).toEqual([0, seconds(30), seconds(60)])
  })

  test('tries one that cannot run less and less often, and as ever once it runs', async () => {
    const { keeper, clock, looks } = aKeeper({ fails: (look) => (look <= 6 ? unreachable() : null) })
    const over = new AbortController()

    const keeping = keeper.keepUp(over.signal)
    await clock.advance(seconds(250))
    over.abort()
    await keeping

    expect(looks).toEqual([0, 5, 15, 35, 75, 135, 195, 225].map(seconds))
  })
})

describe('what needs the proxy', () => {
  test('is not begun where the proxy cannot run, and everything else is', async () => {
    const { keeper } = aKeeper({ fails: unreachable })
    const controller = keeper.before(createFakeController())

    await expect(controller.submit({ path: '/x' })).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable' } })
    await expect(controller.start('x')).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable' } })
    await expect(controller.list()).resolves.toBeDefined()
  })
})

test('certificates are looked at once a day, whether anybody deploys or not, also after a look that failed', async () => {
  const clock = createFakeClock({ auto: false })
  const over = new AbortController()
  const looks: number[] = []
  const refreshAll = async () => {
    looks.push(clock.monotonic())
    if (looks.length === 1) throw new Error('the disk is full')
  }

  const keeping = keepCertificates({ refreshAll }, { clock, log }, over.signal)
  await clock.advance(seconds(2.5 * 86_400))
  over.abort()
  await keeping

  expect(looks).toEqual([seconds(86_400), seconds(2 * 86_400)])
})
