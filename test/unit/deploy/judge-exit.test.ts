import { describe, expect, test } from 'vitest'
import { exitVerdict } from '../../../src/deploy/judge-exit.ts'
import type { PlannedService } from '../../../src/deploy/plan.ts'
import { anExited, aPlannedService, guidesCheck } from './makers.ts'

const worker = (change: Partial<PlannedService> = {}) => aPlannedService({ name: 'worker', check: null, ...change })

const takenForOne = 'finished, taken for a one-shot: it has no port, no HEALTHCHECK and no restart policy that keeps it running'

describe('exit code 0 (reading 11)', () => {
  test.each<[string, PlannedService, string]>([
    ['is the end of a one-shot', worker({ oneshot: true }), 'exit code 0, a one-shot: x-torii says so'],
    [
      'is the end of a one-shot, also with a port and a restart policy',
      worker({ oneshot: true, hasPort: true, restart: 'always' }),
      'exit code 0, a one-shot: x-torii says so',
    ],
    ['of one that nothing speaks against is taken for a one-shot', worker(), takenForOne],
    ['is so with `on-failure`, which does not restart what succeeded', worker({ restart: 'on-failure:5' }), takenForOne],
  ])('%s', (_, planned, why) => {
    expect(exitVerdict(planned, anExited(0))).toEqual({ is: 'finished', why })
  })

  test.each<[string, PlannedService]>([
    ['a HEALTHCHECK', worker({ check: guidesCheck })],
    ['a port', worker({ hasPort: true })],
    ['restart: always', worker({ restart: 'always' })],
    ['restart: unless-stopped', worker({ restart: 'unless-stopped' })],
  ])('of one with %s means that it does not run although it should', (_, planned) => {
    expect(exitVerdict(planned, anExited(0))).toMatchObject({ is: 'failed', why: { reason: 'container_exited', service: 'worker', detail: 'exit code 0' } })
  })
})

describe('any other end', () => {
  test.each([
    [1, 'exit code 1'],
    [3, 'exit code 3'],
    [130, 'exit code 130 (SIGINT)'],
    [134, 'exit code 134 (SIGABRT)'],
    [137, 'exit code 137 (SIGKILL)'],
    [139, 'exit code 139 (SIGSEGV)'],
    [143, 'exit code 143 (SIGTERM)'],
    [null, 'exit code unknown'],
  ])('with exit code %s is a failure that says "%s"', (code, detail) => {
    expect(exitVerdict(worker(), anExited(code))).toMatchObject({ is: 'failed', why: { reason: 'container_exited', detail } })
  })

  test('of a one-shot names who waits for it', () => {
    const verdict = exitVerdict(worker({ name: 'init', oneshot: true, awaitedBy: ['api', 'web'] }), anExited(7))

    expect(verdict).toMatchObject({
      why: { reason: 'dependency_failed', service: 'init', detail: 'exit code 7; api and web wait for it to succeed' },
    })
  })

  test('of a one-shot that nobody waits for is its own failure', () => {
    expect(exitVerdict(worker({ oneshot: true }), anExited(7))).toMatchObject({ why: { reason: 'container_exited' } })
  })

  test.each([
    [0, 'it has no limit of its own, so the host’s memory ran out'],
    [8 * 1024 ** 2, 'its limit is 8 MiB'],
    [1024 ** 3 / 2, 'its limit is 512 MiB'],
  ])('for want of memory says what the limit was (%i bytes), also when the exit code is 0', (memoryLimit, detail) => {
    expect(exitVerdict(worker({ oneshot: true }), anExited(0, { oomKilled: true, memoryLimit }))).toMatchObject({
      is: 'failed',
      why: { reason: 'out_of_memory', service: 'worker', detail },
    })
  })
})
