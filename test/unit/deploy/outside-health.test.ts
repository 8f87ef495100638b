import { describe, expect, test } from 'vitest'
import { afterAttempt, type Health, pauseBefore, unasked } from '../../../src/deploy/outside-health.ts'
import { guidesCheck, stamp } from './makers.ts'

const attempt = (exit: number) => ({ at: stamp, ms: 1, exit, output: '' })
const healthAfter = (exits: [exit: number, sinceStart: number][], from: Health = unasked) =>
  exits.reduce((health, [exit, sinceStart]) => afterAttempt(health, attempt(exit), guidesCheck, sinceStart), from)

describe('a check of ours decides as Docker’s own would', () => {
  test.each<[string, [number, number][], string, number]>([
    ['a success is enough, also in the start period', [[0, 100]], 'healthy', 0],
    [
      'failures in the start period do not count',
      [
        [1, 0],
        [1, 10_000],
        [1, 20_000],
        [1, 29_999],
      ],
      'starting',
      0,
    ],
    [
      'failures after it do, to the number of retries',
      [
        [1, 30_000],
        [1, 40_000],
        [1, 50_000],
      ],
      'unhealthy',
      3,
    ],
    [
      'one less does not',
      [
        [1, 30_000],
        [1, 40_000],
      ],
      'starting',
      2,
    ],
    [
      'after a success they count also in the start period',
      [
        [0, 100],
        [1, 200],
        [1, 300],
        [1, 400],
      ],
      'unhealthy',
      3,
    ],
    [
      'a success ends a row of failures',
      [
        [1, 30_000],
        [1, 40_000],
        [0, 50_000],
      ],
      'healthy',
      0,
    ],
  ])('%s', (_, exits, status, failingStreak) => {
    expect(healthAfter(exits)).toMatchObject({ status, failingStreak })
  })

  test('the last five attempts are kept', () => {
    expect(healthAfter(Array.from({ length: 9 }, () => [1, 0])).log.length).toBe(5)
  })

  test('it is asked fast in the start period until it is healthy, then at its interval', () => {
    const fast = { ...guidesCheck, startInterval: 100 }

    expect(pauseBefore(unasked, fast, 0)).toBe(100)
    expect(pauseBefore(unasked, fast, 30_000)).toBe(10_000)
    expect(pauseBefore({ ...unasked, status: 'healthy' }, fast, 100)).toBe(10_000)
    expect(pauseBefore(unasked, guidesCheck, 0)).toBe(10_000)
  })
})
