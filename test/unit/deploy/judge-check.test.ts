import { describe, expect, test } from 'vitest'
import { attemptWords, checkVerdict, undecidedDetail, verdictBetween } from '../../../src/deploy/judge-check.ts'
import type { Check } from '../../../src/deploy/plan.ts'
import type { CheckAttempt } from '../../../src/deploy/record.ts'
import { aPlannedService, guidesCheck, stamp } from './makers.ts'

const attempt = (exit: number, output = ''): CheckAttempt => ({ at: stamp, ms: 5, exit, output })
const failing = attempt(1, 'connection refused\n')

describe('Docker’s health of a running container', () => {
  test.each([
    ['healthy', [], { is: 'passed' }],
    ['starting', [], { is: 'waiting', on: 'its health check' }],
    ['starting', [attempt(0)], { is: 'waiting', on: 'its health check' }],
    ['starting', [attempt(0), failing], { is: 'waiting', on: 'its health check: with exit code 1: connection refused' }],
  ] as const)('%s with %j', (status, log, verdict) => {
    expect(checkVerdict(aPlannedService(), { status, failingStreak: 0, log: [...log] })).toEqual(verdict)
  })

  test.each([
    [0, [], 'Docker says so, without one recorded check'],
    [1, [failing], 'its check failed with exit code 1: connection refused'],
    [3, [failing, failing, failing], '3 checks in a row failed, the last one with exit code 1: connection refused'],
    [3, [failing, attempt(-1, 'Health check exceeded timeout (2s)')], '3 checks in a row failed, the last one Health check exceeded timeout (2s)'],
  ])('unhealthy with a streak of %i says what failed', (failingStreak, log, detail) => {
    const verdict = checkVerdict(aPlannedService(), { status: 'unhealthy', failingStreak, log })

    expect(verdict).toMatchObject({ is: 'failed', why: { reason: 'container_unhealthy', service: 'web', detail } })
  })
})

test('a check that cannot run yet is waited for, and it is said that its program may still come', () => {
  const log = [attempt(-1, 'OCI runtime exec failed: exec: "curl": executable file not found in $PATH: unknown')]
  const health = { status: 'starting' as const, failingStreak: 1, log }

  expect(checkVerdict(aPlannedService(), health, ['/entrypoint.sh', 'node', 'app.js'])).toEqual({
    is: 'waiting',
    on: 'its health check: OCI runtime exec failed: exec: "curl": executable file not found in $PATH: unknown (what starts may still bring curl)',
  })
  expect(checkVerdict(aPlannedService(), { ...health, status: 'unhealthy' }, ['/entrypoint.sh'])).toMatchObject({ why: { reason: 'health_tool_missing' } })
  expect(checkVerdict(aPlannedService(), health, ['node', 'app.js'])).toMatchObject({ is: 'failed', why: { reason: 'health_tool_missing' } })
})

test.each([
  [attempt(127, '/bin/sh: curl: not found'), 'health_tool_missing', '3 checks in a row failed, the last one with exit code 127: /bin/sh: curl: not found'],
  [attempt(-1, 'Health check exceeded timeout (2s)'), 'health_check_hangs', '3 checks in a row failed, the last one Health check exceeded timeout (2s)'],
])('a reason that the attempts give away goes before `container_unhealthy`: %j', (last, reason, detail) => {
  const verdict = checkVerdict(aPlannedService(), { status: 'unhealthy', failingStreak: 3, log: [last] })

  expect(verdict).toMatchObject({ is: 'failed', why: { reason, service: 'web', detail } })
})

test.each([
  [attempt(1), 'with exit code 1'],
  [attempt(127, '/bin/sh: curl: not found'), 'with exit code 127: /bin/sh: curl: not found'],
  [attempt(-1), 'without a word'],
  [
    attempt(-1, 'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown'),
    'exec: "curl": executable file not found in $PATH',
  ],
  [attempt(22, 'one\ntwo  \n\n'), 'with exit code 22: two'],
  [attempt(1, '\u001b[31mred\u001b[0m\u0007'), 'with exit code 1: red'],
])('the words of the attempt %j', (made, words) => {
  expect(attemptWords(made)).toBe(words)
})

describe('a check that was undecided at the deadline (reading 15)', () => {
  const checkOf = (change: Partial<Check>): Check => ({ ...guidesCheck, ...change })
  const within = 180_000

  // Of failures Docker counts those that end after the start period: the first of them is at the first multiple of the interval that
  // is not inside it. Measured (facts/engine.json): interval 6, start period 7, retries 2: 18.2 s; with a start period of 12 the same.
  test.each([
    ['30 s and 10 s x 3', {}, 50_000],
    ['no start period: retries x interval', { startPeriod: 0 }, 30_000],
    ['measured: 7 s and 6 s x 2', { startPeriod: 7000, interval: 6000, retries: 2 }, 18_000],
    ['measured: 12 s and 6 s x 2', { startPeriod: 12_000, interval: 6000, retries: 2 }, 18_000],
    ['one retry', { startPeriod: 600_000, interval: 300_000, retries: 1 }, 600_000],
    ['an interval longer than the start period', { startPeriod: 1000, interval: 90_000, retries: 3 }, 270_000],
  ])('%s: the earliest verdict on a failing check', (_, change, earliest) => {
    const early = undecidedDetail(checkOf(change), earliest + 1, failing)
    const late = undecidedDetail(checkOf(change), earliest, failing)

    expect(early).not.toContain('no verdict')
    expect(late).toContain(`no verdict on a failing check is possible before ${earliest / 1000} s`)
  })

  test.each<[string, Check | null, CheckAttempt | undefined, string]>([
    ['without a check', null, undefined, 'still starting after 180 s'],
    ['not one attempt', guidesCheck, undefined, 'still starting after 180 s; not one check has ended yet'],
    ['a failed one', guidesCheck, failing, 'still starting after 180 s; the last check failed with exit code 1: connection refused'],
    ['a good one', guidesCheck, attempt(0), 'still starting after 180 s'],
    [
      'no time for a verdict',
      checkOf({ startPeriod: 600_000, interval: 300_000 }),
      undefined,
      'still starting after 180 s; with a start period of 600 s no verdict on a failing check is possible before 1200 s; not one check has ended yet',
    ],
    [
      'no time because of the retries',
      checkOf({ startPeriod: 0, retries: 100 }),
      failing,
      'still starting after 180 s; with 100 retries every 10 s no verdict on a failing check is possible before 1000 s; the last check failed with exit code 1: connection refused',
    ],
  ])('%s', (_, check, last, detail) => {
    expect(undecidedDetail(check, within, last)).toBe(detail)
  })
})

test.each([
  [{}, 180_000, { earliest: 10_000, latest: 65_000 }],
  [{ startInterval: 100, startPeriod: 30_000 }, 180_000, { earliest: 100, latest: 65_000 }],
  [{ startPeriod: 600_000 }, 180_000, { earliest: 10_000, latest: 180_000 }],
])('a verdict comes between the first check and the last that may fail, or the end of the gate: %j', (change, within, moments) => {
  const check = { ...guidesCheck, interval: 10_000, timeout: 5000, retries: 3, startPeriod: 30_000, startInterval: 0, ...change }

  expect(verdictBetween({ check, firstProbe: null }, within)).toEqual(moments)
})
