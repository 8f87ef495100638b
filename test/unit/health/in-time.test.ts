import { describe, expect, test } from 'vitest'
import { aGate, anEndpoint, hangs } from './an-endpoint.ts'

const seconds = (n: number) => n * 1000

/** The report, once this much time has passed. */
async function within<T>(ms: number, clock: { advance(ms: number): Promise<void> }, report: Promise<T>): Promise<T | 'no answer yet'> {
  let answer: T | 'no answer yet' = 'no answer yet'
  void report.then((found) => {
    answer = found
  })
  await clock.advance(ms)
  return answer
}

describe('a slow check', () => {
  test('counts as failed at its timeout, 2 s by default, and not before', async () => {
    const { endpoint, clock } = anEndpoint({ database: hangs })
    const report = endpoint.report()

    expect(await within(1999, clock, report)).toBe('no answer yet')
    expect(await within(1, clock, report)).toEqual({ status: 'unhealthy', checks: { database: 'error: no answer within 2 s' } })
  })

  test('has a timeout of its own, or that of the options', async () => {
    const { endpoint, clock } = anEndpoint({ quick: { check: hangs, timeout: 250 }, other: hangs }, { timeout: 1500 })

    expect(await within(1500, clock, endpoint.report())).toMatchObject({
      checks: { quick: 'error: no answer within 250 ms', other: 'error: no answer within 1.5 s' },
    })
  })

  test('holds up nobody: all run side by side, and the endpoint takes as long as the slowest', async () => {
    const checks = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`check ${i}`, hangs]))
    const { endpoint, clock } = anEndpoint(checks)

    expect(await within(seconds(2), clock, endpoint.report())).toMatchObject({ status: 'unhealthy' })
  })

  test('gets the signal it can hand on, aborted at the timeout and not otherwise', async () => {
    const slow = aGate()
    const quick = aGate()
    const { endpoint, clock } = anEndpoint({ slow: slow.check, quick: quick.check })
    void endpoint.report()
    quick.open()

    await clock.advance(seconds(10))

    expect([slow.signals[0]?.aborted, quick.signals[0]?.aborted]).toEqual([true, false])
    expect(slow.signals[0]?.reason).toMatchObject({ message: 'no answer within 2 s' })
  })

  test('that is not critical shows as degraded, after its timeout', async () => {
    const { endpoint, clock } = anEndpoint({ dependency: { check: hangs, critical: false, timeout: 500 } })

    expect(await within(500, clock, endpoint.report())).toEqual({ status: 'healthy', checks: { dependency: 'degraded' } })
  })

  test('may end badly long after: nobody hears of it', async () => {
    const late = Promise.withResolvers<never>()
    const { endpoint, clock } = anEndpoint({ database: () => late.promise })
    const report = await within(seconds(2), clock, endpoint.report())

    late.reject(new Error('too late'))
    await clock.advance(1)

    expect(report).toMatchObject({ status: 'unhealthy' })
  })
})

describe('a check that hangs', () => {
  test('is not called again on top of itself, and the answer comes at once', async () => {
    const database = aGate()
    const { endpoint, clock } = anEndpoint({ database: database.check })
    await within(seconds(2), clock, endpoint.report())
    await clock.advance(seconds(10))

    expect(await endpoint.report()).toMatchObject({ checks: { database: 'error: no answer for 12 s' } })
    expect(database.calls).toBe(1)
  })

  test('is called again as soon as it has ended, however late', async () => {
    const database = aGate()
    const { endpoint, clock } = anEndpoint({ database: database.check })
    await within(seconds(2), clock, endpoint.report())
    database.open()
    await clock.advance(seconds(1))

    const report = endpoint.report()
    await clock.advance(0)
    database.open()

    expect(await report).toMatchObject({ status: 'healthy' })
    expect(database.calls).toBe(2)
  })

  test('is given up after 30 s and tried anew, so that a connection cut in silence does not make the app ill for ever', async () => {
    let calls = 0
    const { endpoint, clock } = anEndpoint({ database: () => (calls++ === 0 ? hangs() : 'ok') })
    await within(seconds(2), clock, endpoint.report())

    await clock.advance(seconds(27))
    expect(await endpoint.report()).toMatchObject({ status: 'unhealthy' })
    await clock.advance(seconds(1))

    expect(await endpoint.report()).toMatchObject({ status: 'healthy' })
    expect(calls).toBe(2)
  })

  test('for an hour, probed each second, was called once in 30 s', async () => {
    const database = aGate()
    const { endpoint, clock } = anEndpoint({ database: database.check })

    for (let second = 0; second < 3600; second++) {
      void endpoint.report()
      await clock.advance(seconds(1))
    }

    expect(database.calls).toBeGreaterThan(100)
    expect(database.calls).toBeLessThanOrEqual(120)
  })
})

describe('probes', () => {
  test('a thousand at once share one run of each check', async () => {
    const [database, cache] = [aGate(), aGate()]
    const { endpoint } = anEndpoint({ database: database.check, cache: { check: cache.check, critical: false } })

    const reports = Promise.all(Array.from({ length: 1000 }, () => endpoint.report()))
    await Promise.resolve()
    database.open()
    cache.open()

    expect(new Set(await reports).size).toBe(1)
    expect([database.calls, cache.calls]).toEqual([1, 1])
  })

  test('a thousand at once share one timeout too', async () => {
    const database = aGate()
    const { endpoint, clock } = anEndpoint({ database: database.check })
    const reports = Promise.all(Array.from({ length: 1000 }, () => endpoint.report()))

    await clock.advance(seconds(2))

    expect(new Set(await reports).size).toBe(1)
    expect(database.calls).toBe(1)
  })

  test('get the last result again for a second, good or bad, and then a new one', async () => {
    let calls = 0
    const { endpoint, clock } = anEndpoint({ database: () => calls++ > 0 })
    const first = await endpoint.report()

    await clock.advance(999)
    expect(await endpoint.report()).toBe(first)
    await clock.advance(1)

    expect((await endpoint.report()).status).toBe('healthy')
    expect([first.status, calls]).toEqual(['unhealthy', 2])
  })

  test('the age of a result counts from its end: a slow run is not old at once', async () => {
    const database = aGate()
    const { endpoint, clock } = anEndpoint({ database: database.check })
    const first = endpoint.report()
    await clock.advance(1500)
    database.open()
    await first

    await clock.advance(900)
    await endpoint.report()

    expect(database.calls).toBe(1)
  })

  test('with a maxAge of 0 run the checks each time, but never two runs at once', async () => {
    let calls = 0
    const { endpoint } = anEndpoint({ database: () => void calls++ }, { maxAge: 0 })

    await Promise.all([endpoint.report(), endpoint.report()])
    await endpoint.report()

    expect(calls).toBe(2)
  })
})

describe('while the app drains', () => {
  test('it is unhealthy at once, and no check runs', async () => {
    const database = aGate()
    const { endpoint } = anEndpoint({ database: database.check })

    endpoint.drain()

    expect(await endpoint.report()).toEqual({ status: 'unhealthy', checks: { shutdown: 'draining' } })
    expect(database.calls).toBe(0)
  })

  test('a fresh good result does not count any more, nor one that is under way', async () => {
    const database = aGate()
    const { endpoint, clock } = anEndpoint({ database: database.check })
    const first = endpoint.report()
    await clock.advance(0)
    database.open()
    const [before] = [await first]
    await clock.advance(seconds(2))
    const underWay = endpoint.report()
    await clock.advance(0)

    endpoint.drain()
    database.open()

    expect([before.status, (await underWay).status, (await endpoint.report()).status]).toEqual(['healthy', 'unhealthy', 'unhealthy'])
  })
})
