import { expect, test } from 'vitest'
import { isOf, nameOf, turnsOf } from '../../../src/deploy/turns.ts'
import { aContainer, aPlan, aPlannedService } from './makers.ts'

test('turns are in the order of the plan, replica by replica (readings 8 and 16)', () => {
  const plan = aPlan({ services: [aPlannedService({ name: 'db' }), aPlannedService({ replicas: 3 }), aPlannedService({ name: 'a' })] })

  expect(turnsOf(plan).map(nameOf)).toEqual(['db/1', 'web/1', 'web/2', 'web/3', 'a/1'])
})

test.each([
  ['web', 2, true],
  ['web', 1, false],
  ['db', 2, false],
])('the turn of web/2 is that of %s/%i: %s', (service, replica, is) => {
  expect(isOf({ planned: aPlannedService(), replica: 2 }, aContainer({ service, replica }))).toBe(is)
})
