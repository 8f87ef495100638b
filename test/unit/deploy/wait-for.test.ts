import { describe, expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import { failed, type Verdict, waiting } from '../../../src/deploy/verdict.ts'
import { type Occasion, type Wait, waitFor } from '../../../src/deploy/wait-for.ts'
import { createFakeClock } from '../../fakes/clock.ts'

interface Waited {
  /** When each look was made, ms from the beginning, and why. */
  looks: [number, Occasion][]
  /** What came of it: the verdict, or the error's detail. */
  end: string
  /** When. */
  at: number
}

type Look = (at: number, occasion: Occasion) => Verdict | Promise<Verdict>
type Clock = ReturnType<typeof createFakeClock>

/** Waits on a clock of its own; the guide's gate unless told otherwise. */
async function waited(look: Look, wait: Partial<Wait> = {}, signal = new AbortController().signal, clock: Clock = createFakeClock()): Promise<Waited> {
  const looks: Waited['looks'] = []
  const begun = clock.monotonic()
  const looked = async (occasion: Occasion) => {
    const at = clock.monotonic() - begun
    looks.push([at, occasion])
    return look(at, occasion)
  }
  const orElse: Wait['orElse'] = ({ on }) => ({ reason: 'health_timeout', detail: `after all that still ${on}` })
  const end = await waitFor(looked, { every: 5000, within: 180_000, orElse, ...wait }, clock, signal).then(
    ({ is }) => is,
    (error) => (error instanceof DeployError ? `${error.trouble.reason}: ${error.trouble.detail}` : String(error)),
  )
  return { looks, end, at: clock.monotonic() - begun }
}

const times = ({ looks }: Waited) => looks.map(([at]) => at)
const every = (step: number, last: number) => Array.from({ length: last / step + 1 }, (_, at) => at * step)
const never = () => waiting('the end')

describe('the guide’s gate: 180 s, a look every 5 s, 36 attempts', () => {
  test('looks at 0, 5 … 175 and once more at 180, then gives up with what it last waited on', async () => {
    const gate = await waited((at) => waiting(`look at ${at}`))

    expect(times(gate)).toEqual(every(5000, 180_000))
    expect(times(gate).slice(0, -1)).toHaveLength(36)
    expect(gate.looks.map(([, occasion]) => occasion)).toEqual(['first', ...Array(36).fill('due')])
    expect(gate).toMatchObject({ end: 'health_timeout: after all that still look at 180000', at: 180_000 })
  })

  test.each([0, 5000, 175_000, 180_000])('what the look at %i sees counts', async (moment) => {
    const gate = await waited((at) => (at >= moment ? { is: 'passed' } : waiting('it')))

    expect(gate).toMatchObject({ end: 'passed', at: moment })
  })

  test('a failure seen by the last look is named as such', async () => {
    const gate = await waited((at) => (at >= 180_000 ? failed('container_unhealthy', 'web', 'no') : waiting('it')))

    expect(gate.end).toBe('container_unhealthy: no')
  })

  test.each<Verdict['is']>(['passed', 'skipped', 'finished'])('one look is enough for %s', async (is) => {
    const gate = await waited(() => ({ is, why: '' }) as Verdict)

    expect(gate).toMatchObject({ looks: [[0, 'first']], end: is, at: 0 })
  })

  test('fails at once when a look fails', async () => {
    const gate = await waited((at) => (at < 10_000 ? waiting('it') : failed('container_unhealthy', 'web', 'no')))

    expect(gate).toMatchObject({ end: 'container_unhealthy: no', at: 10_000 })
  })

  test('an error thrown by a look is passed on', async () => {
    const gate = await waited(() => Promise.reject(new TypeError('what')))

    expect(gate.end).toBe('TypeError: what')
  })
})

describe('a look that takes long', () => {
  const slow = (duration: (at: number) => number, clock: Clock): Look => {
    return async (at) => {
      await clock.sleep(duration(at))
      return waiting(`the look of ${at}`)
    }
  }

  test('shifts no other', async () => {
    const clock = createFakeClock()

    const gate = await waited(
      slow(() => 1234, clock),
      {},
      undefined,
      clock,
    )

    expect(times(gate)).toEqual(every(5000, 180_000))
  })

  test('only leaves out those that it ran over', async () => {
    const clock = createFakeClock()

    const gate = await waited(
      slow((at) => (at === 10_000 ? 12_000 : 0), clock),
      {},
      undefined,
      clock,
    )

    expect(times(gate).slice(0, 6)).toEqual([0, 5000, 10_000, 25_000, 30_000, 35_000])
  })

  test('over the end is not the last: what is seen after it counts', async () => {
    const clock = createFakeClock()
    const look: Look = async (at) => {
      await clock.sleep(at === 175_000 ? 9000 : 0)
      return at > 175_000 ? { is: 'passed' } : waiting('it')
    }

    const gate = await waited(look, {}, undefined, clock)

    expect(times(gate).slice(-2)).toEqual([175_000, 184_000])
    expect(gate.end).toBe('passed')
  })
})

describe('looks that come earlier', () => {
  test('early ones are made besides the others', async () => {
    const probe = await waited(never, { every: 1000, within: 3000, early: [100, 250, 500] })

    expect(times(probe)).toEqual([0, 100, 250, 500, 1000, 2000, 3000])
  })

  test('whatever wakes makes a look now, and moves none of the others', async () => {
    const clock = createFakeClock()
    let wake = Promise.withResolvers<void>()
    for (const at of [700, 6000, 6500])
      clock.alarm(at, () => {
        wake.resolve()
        wake = Promise.withResolvers()
      })

    const gate = await waited(never, { within: 15_000, woken: () => wake.promise }, undefined, clock)

    expect(gate.looks).toEqual([
      [0, 'first'],
      [700, 'woken'],
      [5000, 'due'],
      [6000, 'woken'],
      [6500, 'woken'],
      [10_000, 'due'],
      [15_000, 'due'],
    ])
  })

  test('what wakes during a look is not missed', async () => {
    const clock = createFakeClock()
    const wake = Promise.withResolvers<void>()
    const look: Look = async (at) => {
      if (at === 0) clock.alarm(10, () => wake.resolve())
      await clock.sleep(100)
      return at === 0 ? waiting('it') : { is: 'passed' }
    }

    const gate = await waited(look, { woken: () => wake.promise }, undefined, clock)

    expect(gate.looks).toEqual([
      [0, 'first'],
      [100, 'woken'],
    ])
  })

  test('being woken at the end does not take the place of the last look', async () => {
    const clock = createFakeClock()
    let woken = Promise.withResolvers<void>()
    clock.alarm(179_999.5, () => {
      woken.resolve()
      woken = Promise.withResolvers()
    })

    const gate = await waited((_, occasion) => (occasion === 'woken' ? waiting('stale') : waiting('fresh')), { woken: () => woken.promise }, undefined, clock)

    expect(gate).toMatchObject({ end: 'health_timeout: after all that still fresh', at: 180_000 })
  })
})

describe('time that another process spent already', () => {
  test.each([
    [170_000, [0, 5000, 10_000]],
    [172_500, [0, 2500, 7500]],
    [179_999, [0, 1]],
    [180_000, [0]],
    [500_000, [0]],
  ])('%i ms of it leave the looks at %j', async (spent, expected) => {
    const gate = await waited(never, { spent })

    expect(times(gate)).toEqual(expected)
    expect(gate.end).toContain('health_timeout')
  })

  test('one look is always made, and counts', async () => {
    expect(await waited(() => ({ is: 'passed' }), { spent: 1e9 })).toMatchObject({ end: 'passed', at: 0 })
  })
})

describe('being called off', () => {
  test('ends the wait at once, with the reason', async () => {
    const clock = createFakeClock()
    const over = new AbortController()
    clock.alarm(7000, () => over.abort(new Error('enough')))

    const gate = await waited(never, {}, over.signal, clock)

    expect(gate).toMatchObject({ end: 'Error: enough', at: 7000 })
    expect(times(gate)).toEqual([0, 5000])
  })

  test('before the first look prevents it', async () => {
    const gate = await waited(never, {}, AbortSignal.abort(new Error('enough')))

    expect(gate).toMatchObject({ looks: [], end: 'Error: enough' })
  })
})
