import { expect, test } from 'vitest'
import { DeployError, failureOf } from '../../../src/deploy/failure.ts'
import { sayUnset } from '../../../src/deploy/unset-variables.ts'

const warning = (name: string) => `The "${name}" variable is not set. Defaulting to a blank string.`
const error = new DeployError('policy_denied', 'volumes: /x: it lies outside the extension’s folder', { service: 'web', fix: 'Use a named volume.' })

test('a refusal names the variables that nobody gave', () => {
  const said = sayUnset(error, [warning('DATA'), warning('DATA'), warning('MORE'), 'the attribute `version` is obsolete'])

  expect(failureOf((said as DeployError).trouble, 0)).toMatchObject({
    sentence: 'web asks for something the policy denies: volumes: /x: it lies outside the extension’s folder (DATA and MORE are not set, and empty here).',
    fix: 'Use a named volume. If that comes of a variable that is not set, give it: `-e DATA=…`, or a line in the file .env.',
  })
})

test('what has nothing to do with a variable stays as it is', () => {
  const bug = new TypeError('x')

  expect(sayUnset(error, ['the attribute `version` is obsolete'])).toBe(error)
  expect(sayUnset(bug, [warning('DATA')])).toBe(bug)
})
