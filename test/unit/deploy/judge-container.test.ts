import { describe, expect, test } from 'vitest'
import { judgeContainer, type Seen } from '../../../src/deploy/judge-container.ts'
import { aContainer, anExited, aPlannedService, startOfTime } from './makers.ts'

function seen(change: Partial<Seen> = {}): Seen {
  return { planned: aPlannedService(), replica: 1, container: aContainer(), heldBackBy: [], firstStartedAt: startOfTime, now: startOfTime + 30_000, ...change }
}

const unchecked = aPlannedService({ check: null })

describe('state first (reading 10)', () => {
  test.each([
    ['a container that is not there is gone', { container: null }, 'container_gone', 'the engine does not know it any more'],
    ['a paused one is paused, whatever its health says', { container: aContainer({ state: 'paused', health: 'healthy' }) }, 'container_paused', ''],
    ['one that is being removed is gone', { container: aContainer({ state: 'removing', health: 'healthy' }) }, 'container_gone', 'it is removing'],
    ['a dead one is gone', { container: aContainer({ state: 'dead' }) }, 'container_gone', 'it is dead'],
    [
      'one that exited has exited, although its health stays `starting` (Docker crashed)',
      { container: { ...anExited(137), health: aContainer({ health: 'starting' }).health } },
      'container_exited',
      'exit code 137 (SIGKILL)',
    ],
    [
      'one that exited has exited, although its health says `unhealthy` with a streak of 0',
      { container: { ...anExited(3), health: aContainer({ health: 'unhealthy' }).health } },
      'container_exited',
      'exit code 3',
    ],
  ] as const)('%s', (_, change, reason, detail) => {
    const verdict = judgeContainer(seen(change))

    expect(verdict).toMatchObject({ is: 'failed', why: { reason, service: 'web', detail } })
  })
})

describe('a container that has not started', () => {
  const created = aContainer({ state: 'created', startedAt: null })

  test.each([
    [[], 'its start'],
    [['db'], 'held back by db'],
    [['db', 'init', 'queue'], 'held back by db, init and queue'],
  ])('held back by %j it waits on "%s"', (heldBackBy, on) => {
    const verdict = judgeContainer(seen({ container: created, heldBackBy, firstStartedAt: null }))

    expect(verdict).toEqual({ is: 'waiting', on })
  })
})

describe('a running container', () => {
  test.each([
    ['healthy: passes', 'healthy', { is: 'passed' }],
    ['starting: waits', 'starting', { is: 'waiting', on: 'its health check' }],
    ['unhealthy: fails', 'unhealthy', { is: 'failed', why: { reason: 'container_unhealthy' } }],
  ] as const)('%s', (_, health, verdict) => {
    expect(judgeContainer(seen({ container: aContainer({ health }) }))).toMatchObject(verdict)
  })

  test('without a HEALTHCHECK is skipped', () => {
    expect(judgeContainer(seen({ planned: unchecked }))).toEqual({ is: 'skipped', why: 'no HEALTHCHECK' })
  })

  test.each([
    [0, 'waiting'],
    [9_999, 'waiting'],
    [10_000, 'skipped'],
  ])('without a HEALTHCHECK, up for %i ms after a restart, is %s', (up, is) => {
    const now = startOfTime + 60_000

    const verdict = judgeContainer(seen({ planned: unchecked, container: aContainer({ restartCount: 2, startedAt: now - up }), now }))

    expect(verdict.is).toBe(is)
  })

  test('up again for a moment is called a crash loop if that is all the deadline has', () => {
    const verdict = judgeContainer(seen({ planned: unchecked, container: aContainer({ restartCount: 1, startedAt: startOfTime + 28_000 }) }))

    expect(verdict).toEqual({ is: 'waiting', on: 'it to stay up for 10 s after 1 restart', unlessSoon: 'crash_loop' })
  })

  test.each([
    ['that ended twice because something was not there yet passes as soon as it is healthy', 2, 29_900, { is: 'passed' }],
    [
      'that ended as often as one that loops must stay up first',
      3,
      29_900,
      { is: 'waiting', on: 'it to stay up for 10 s after 3 restarts', unlessSoon: 'crash_loop' },
    ],
    ['that stayed passes', 7, 20_000, { is: 'passed' }],
  ])('with a HEALTHCHECK one %s', (_, restartCount, startedAfter, verdict) => {
    const container = aContainer({ health: 'healthy', restartCount, startedAt: startOfTime + startedAfter })

    expect(judgeContainer(seen({ container }))).toEqual(verdict)
  })

  test.each([
    [[], 'its end'],
    [['web'], 'its end, for which web waits'],
    [['api', 'web'], 'its end, for which api and web wait'],
  ])('a one-shot that %j await is waited for, whatever its health', (awaitedBy, on) => {
    const planned = aPlannedService({ name: 'init', oneshot: true, awaitedBy })

    expect(judgeContainer(seen({ planned, container: aContainer({ health: 'unhealthy' }) }))).toEqual({ is: 'waiting', on })
  })
})

describe('a restarting container (reading 12)', () => {
  const loopedFor = (ms: number, change: Parameters<typeof aContainer>[0] = {}) =>
    seen({
      container: aContainer({ state: 'restarting', exitCode: 3, restartCount: 3, startedAt: startOfTime + ms - 500, finishedAt: startOfTime + ms, ...change }),
      now: startOfTime + ms,
    })

  test.each([
    ['three restarts and 20 s', loopedFor(20_000), 'failed'],
    ['two restarts', loopedFor(60_000, { restartCount: 2 }), 'waiting'],
    ['three restarts in less than 20 s', loopedFor(19_999), 'waiting'],
    ['many restarts in less than 20 s', loopedFor(19_999, { restartCount: 9 }), 'waiting'],
    ['a last run of 10 s', loopedFor(40_000, { startedAt: startOfTime + 30_000 }), 'waiting'],
    ['a last run of a little less than 10 s', loopedFor(40_000, { startedAt: startOfTime + 30_001 }), 'failed'],
  ])('%s: %s', (_, what, is) => {
    expect(judgeContainer(what).is).toBe(is)
  })

  test('that loops is failed with its restarts and the last exit code', () => {
    expect(judgeContainer(loopedFor(25_000))).toMatchObject({
      why: { reason: 'crash_loop', service: 'web', detail: '3 restarts in 25 s, the last run ended with exit code 3' },
    })
  })

  test('that loops for want of memory is named so, with its limit', () => {
    const verdict = judgeContainer(loopedFor(25_000, { oomKilled: true, exitCode: 137, memoryLimit: 64 * 1024 ** 2 }))

    expect(verdict).toMatchObject({ why: { reason: 'out_of_memory', detail: 'its limit is 64 MiB, 3 restarts' } })
  })

  test('that does not loop yet is waited for, and called a crash loop at the deadline', () => {
    expect(judgeContainer(loopedFor(1000, { restartCount: 1 }))).toEqual({
      is: 'waiting',
      on: 'restarting after exit code 3 (1 restart so far)',
      unlessSoon: 'crash_loop',
    })
  })
})
