import { describe, expect, test } from 'vitest'
import { DeployError, failureOf, failures, isUnreachable, type Reason, RecordTaken, rowOf, troubleOf } from '../../../src/deploy/failure.ts'
import { stamp, startOfTime } from './makers.ts'

const reasons = Object.keys(failures) as Reason[]

describe.each(reasons)('%s', (reason) => {
  test.each([
    ['with a service and a detail', 'web', 'it said no'],
    ['with a detail alone', undefined, 'it said no'],
    ['with a service alone', 'web', ''],
    ['with nothing known', undefined, ''],
    ['with a detail that is a sentence', 'web', 'It said: no...'],
    ['with a detail of several lines', 'web', 'it said\r\nno\n\n'],
  ])('is one sentence that ends in one full stop, %s', (_, service, detail) => {
    const { sentence } = failureOf({ reason, service, detail }, startOfTime)

    expect(sentence).toMatch(/[^.]\.$/)
    expect(sentence).not.toMatch(/[\r\n]|undefined|: \.|\s\s|\s[.:;]/)
    expect(sentence).not.toMatch(/^[a-z](?!eb)/)
  })

  test.each([undefined, 'web'])('says what to change (service %s)', (service) => {
    const { fix } = failureOf({ reason, service, detail: '' }, startOfTime)

    expect(fix).toMatch(/\S.*\.$/)
    expect(fix).not.toMatch(/undefined|\s\s/)
  })
})

test.each<[Reason, number]>([
  ['internal', 1],
  ['policy_denied', 3],
  ['pull_timeout', 4],
  ['container_unhealthy', 5],
  ['probe_timeout', 6],
  ['port_in_use', 7],
  ['busy', 8],
  ['cancelled', 130],
  ['interrupted', 130],
])('%s ends the command line with %i: that is the part that failed (design §5.2)', (reason, exit) => {
  expect(rowOf(reason).exit).toBe(exit)
})

test.each<[Reason, number]>([
  ['compose_invalid', 422],
  ['policy_denied', 422],
  ['busy', 409],
  ['port_in_use', 409],
  ['not_found', 404],
  ['internal', 500],
  ['engine_unreachable', 503],
  ['disk_full', 503],
])('%s refuses over HTTP with %i', (reason, http) => {
  expect(rowOf(reason).http).toBe(http)
})

test('a failure keeps reason, service and moment, and a better fix where one is known', () => {
  const failure = failureOf({ reason: 'container_exited', service: 'web', detail: 'exit code 3', fix: 'Do this.' }, startOfTime)

  expect(failure).toEqual({
    reason: 'container_exited',
    service: 'web',
    sentence: 'web exited although it should run: exit code 3.',
    fix: 'Do this.',
    at: stamp,
  })
})

test('an error that nobody expected is `internal` and tells nothing of itself', () => {
  const failure = failureOf(troubleOf(new TypeError('secret /root/path')), startOfTime)

  expect(failure).toMatchObject({ reason: 'internal', service: null, sentence: 'Torii made a mistake of its own; the extension is not to blame.' })
  expect(JSON.stringify(failure)).not.toContain('secret')
})

test('`internal` tells nothing even where a detail is given', () => {
  expect(failureOf({ reason: 'internal', detail: 'secret' }, startOfTime).sentence).not.toContain('secret')
})

test.each([undefined, null, 'text', 7, new RecordTaken()])('%s thrown is `internal`', (thrown) => {
  expect(troubleOf(thrown)).toEqual({ reason: 'internal', detail: '' })
})

test.each([
  [new DeployError('engine_unreachable', 'refused'), true],
  [new DeployError('pull_failed', 'engine_unreachable'), false],
  [new Error('engine_unreachable'), false],
])('%s means that the engine is away: %s', (error, is) => {
  expect(isUnreachable(error)).toBe(is)
})

test('an error keeps its cause and says its reason', () => {
  const cause = new Error('below')

  const error = new DeployError('pull_failed', 'no', { service: 'web', cause })

  expect(error).toMatchObject({ name: 'DeployError', message: 'pull_failed: no', cause, trouble: { service: 'web', fix: undefined } })
})

test('a disk without space is disk_full, whoever found out', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })

  expect(troubleOf(error)).toEqual({ reason: 'disk_full', detail: 'ENOSPC: no space left on device, write' })
})
