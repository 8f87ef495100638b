import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import type { Check } from '../../../../src/deploy/plan.ts'
import { plainSettings } from '../makers.ts'
import { aCase, type Told } from './a-case.ts'

const starting = (times: Partial<Check>, timeout: number, told: Partial<Told> = {}): Told => ({
  ...{ reason: 'container_unhealthy', check: 'curl -f http://localhost:8000/health', times, attempts: [[7, 'Connection refused']], seen: { logs: 'loading' } },
  ...{ settings: { gate: { ...plainSettings.gate, timeout } } },
  ...told,
})

// Seconds: the start period it has, the time of the gate, and what is proposed.
test.each<[string, number, number, RegExp, RegExp | null]>([
  ['none', 0, 180, /start_period: 120s/, /gate/],
  ['a usual one', 30, 180, /start_period: 170s/, /gate/],
  ['a long one in a long gate', 300, 3600, /start_period: 1280s/, /gate/],
  ['one that fills the gate', 300, 180, /start_period: 390s.*gate: \{timeout: 1280s\}/, null],
  ['one that nearly fills the gate', 170, 180, /start_period: 260s.*gate: \{timeout: 760s\}/, null],
  ['none, in a short gate', 0, 30, /start_period: 20s/, /gate/],
])('a slow start is never told to take less than it has, nor more than the gate allows: %s', (_, period, gate, proposed, never) => {
  const { trouble } = findCauses(aCase(starting({ startPeriod: period * 1000, interval: 10_000, retries: 3 }, gate * 1000)))
  const periods = [...(trouble.fix ?? '').matchAll(/start_period: (\d+)s/g)].map(([, seconds]) => Number(seconds))

  expect(trouble.fix).toMatch(proposed)
  if (never) expect(trouble.fix).not.toMatch(never)
  expect(periods.filter((each) => each < period)).toEqual([])
})

test('after the deadline the time of the gate is what is proposed', () => {
  const { causes } = findCauses(aCase(starting({ startPeriod: 300_000 }, 180_000, { reason: 'health_timeout' })))
  const slow = causes.find(({ id }) => id === 'slow-start')

  expect(slow?.fix).toMatch(/top level of the Compose file, write `x-torii: \{gate: \{timeout: \d{3,}s\}\}`/)
  expect(slow?.fix).not.toMatch(/start_period:/)
})

test('nothing listens yet: what is proposed keeps within the same bounds', () => {
  const { causes } = findCauses(aCase(starting({ startPeriod: 300_000 }, 180_000, { sockets: [] })))

  expect(causes[0]).toMatchObject({ id: 'nothing-listens', fix: expect.stringMatching(/start_period: 390s.*gate: \{timeout: \d+s\}/) })
})

test('the moment at which a check gives up is the engine’s own, also with a start interval', () => {
  // With a start interval the first failure that counts comes right after the start period (judge-check.ts).
  const told = starting({ startPeriod: 45_000, startInterval: 1000, interval: 30_000, retries: 2 }, 180_000)
  const { trouble } = findCauses(aCase(told))

  expect(trouble.detail).toMatch(/gave up, 75 s after the start/)
})

test('a check that decides in time with a shorter interval is told so, and keeps its start period', () => {
  const told = starting({ startPeriod: 60_000, interval: 90_000, retries: 3 }, 180_000, { reason: 'health_timeout' })
  const { causes } = findCauses(aCase(told))

  expect(causes[0]).toMatchObject({ id: 'check-cannot-decide-in-time', fix: expect.stringMatching(/`interval: 10s`/) })
  expect(causes[0]?.fix).not.toMatch(/start_period/)
})
