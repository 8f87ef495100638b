import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/deploy/plan.ts'
import { mergeCheck } from '../../../src/extension/check.ts'
import { costOf, fastStart, plainStart } from '../../../src/extension/fast-start.ts'
import { aCheck } from './makers.ts'

const check = fc.record({
  test: fc.constantFrom<string[][]>(['CMD-SHELL', 'wget -q x'], ['CMD', 'python3', '-c', 'x'], ['CMD', 'node', 'x.js']),
  interval: fc.integer({ min: 1000, max: 600_000 }),
  timeout: fc.integer({ min: 1, max: 600_000 }),
  retries: fc.integer({ min: 1, max: 100 }),
  startPeriod: fc.integer({ min: 0, max: 900_000 }),
  startInterval: fc.constantFrom(0, 0, 0, 200, 5000),
})
const load = fc.record({ own: fc.integer({ min: 1, max: 200 }), others: fc.integer({ min: 0, max: 500 }) })

/** When a check that always fails at once turns unhealthy: looks inside the start period do not count (Docker 26.1.5). */
function earliestUnhealthy({ interval, startPeriod, retries }: Check): number {
  const firstCounted = Math.max(1, Math.ceil(startPeriod / interval)) * interval
  return firstCounted + (retries - 1) * interval
}

describe('fast start', () => {
  test.each<[string, string[], { own: number; others: number }, number]>([
    ['one wget', ['CMD-SHELL', 'wget -q localhost'], { own: 1, others: 0 }, 100],
    ['two of them', ['CMD-SHELL', 'curl -f localhost'], { own: 2, others: 0 }, 200],
    ['one python', ['CMD', 'python', '-c', 'x'], { own: 1, others: 0 }, 1200],
    ['fifty python', ['CMD', 'python', '-c', 'x'], { own: 50, others: 0 }, 5000],
    ['a busy host', ['CMD-SHELL', 'wget -q localhost'], { own: 1, others: 9 }, 500],
  ])('%s', (_, run, of, every) => {
    expect(fastStart(aCheck({ test: run }), of).check.startInterval).toBe(every)
  })

  test('the start period becomes a whole multiple of the interval, at least one', () => {
    expect(fastStart(aCheck({ interval: 6000, startPeriod: 7000 }), { own: 1, others: 0 }).check.startPeriod).toBe(12_000)
    expect(fastStart(aCheck({ interval: 6000, startPeriod: 0 }), { own: 1, others: 0 }).check.startPeriod).toBe(6000)
  })

  test('the first look is told with and without', () => {
    expect(fastStart(aCheck(), { own: 1, others: 0 }).firstProbe).toEqual({ plain: 10_000, fast: 100 })
    expect(plainStart(aCheck()).firstProbe).toEqual({ plain: 10_000, fast: 10_000 })
    expect(plainStart(aCheck({ startInterval: 500 })).firstProbe).toEqual({ plain: 500, fast: 500 })
    expect(plainStart(aCheck({ startInterval: 500, startPeriod: 0 })).firstProbe.plain).toBe(10_000)
  })

  test('a start interval of the file stays', () => {
    expect(fastStart(aCheck({ startInterval: 777 }), { own: 50, others: 9 }).check.startInterval).toBe(777)
  })

  test('no verdict gets stricter, and only the start is touched', () => {
    fc.assert(
      fc.property(check, load, (plain, of) => {
        const { check: fast } = fastStart(plain, of)
        expect(earliestUnhealthy(fast)).toBeGreaterThanOrEqual(earliestUnhealthy(plain))
        expect({ ...fast, startPeriod: 0, startInterval: 0 }).toEqual({ ...plain, startPeriod: 0, startInterval: 0 })
        expect(fast.startPeriod % fast.interval).toBe(0)
      }),
    )
  })

  test('never under 50 ms, at most 5 s, never above the interval, and within the budget until 5 s', () => {
    fc.assert(
      fc.property(check, load, (plain, of) => {
        const { startInterval } = fastStart({ ...plain, startInterval: 0 }, of).check
        expect(startInterval).toBeGreaterThanOrEqual(50)
        expect(startInterval).toBeLessThanOrEqual(Math.min(5000, plain.interval))
        const cores = (costOf(plain.test) * of.own) / startInterval
        expect(cores <= 0.25 || startInterval === Math.min(5000, plain.interval)).toBe(true)
      }),
    )
  })

  test('an earlier or equal first look, always', () => {
    fc.assert(
      fc.property(check, load, (plain, of) => {
        const { firstProbe } = fastStart({ ...plain, startInterval: 0 }, of)
        expect(firstProbe.fast).toBeLessThanOrEqual(firstProbe.plain)
      }),
    )
  })
})

describe('a check merges Compose over the image over Docker (reading 27)', () => {
  const image = aCheck({ test: ['CMD', 'a'], interval: 7000, timeout: 6000, retries: 5, startPeriod: 9000, startInterval: 100 })
  test.each<[string, Parameters<typeof mergeCheck>[0], Check | null, Partial<Check> | null]>([
    ['neither has one', undefined, null, null],
    ['the image alone', undefined, image, image],
    ['NONE', { test: ['NONE'] }, image, null],
    ['disable', { disable: true }, image, null],
    ['timing keeps the image’s test', { interval: '2s' }, image, { ...image, interval: 2000 }],
    ['timing without any test', { interval: '2s' }, null, null],
    ['a test keeps the image’s timing', { test: ['CMD', 'b'] }, image, { ...image, test: ['CMD', 'b'] }],
    ['0 inherits', { test: ['CMD', 'b'], retries: 0, start_period: '0s' }, image, { ...image, test: ['CMD', 'b'] }],
    [
      'Docker’s defaults',
      { test: ['CMD', 'b'] },
      null,
      { test: ['CMD', 'b'], interval: 30_000, timeout: 30_000, retries: 3, startPeriod: 0, startInterval: 0 },
    ],
    ['dollars are what the container sees', { test: ['CMD-SHELL', 'x $$PORT'] }, null, { test: ['CMD-SHELL', 'x $PORT'] }],
    ['Go’s durations', { test: ['CMD', 'b'], interval: '1m30s', timeout: '1.5s' }, null, { interval: 90_000, timeout: 1500 }],
  ])('%s', (_, compose, of, merged) => {
    const result = mergeCheck(compose, of)

    if (merged === null) expect(result).toBeNull()
    else expect(result).toMatchObject(merged)
  })
})
