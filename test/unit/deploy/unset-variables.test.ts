import { expect, test } from 'vitest'
import { DeployError, failureOf } from '../../../src/deploy/failure.ts'
import { sayUnset } from '../../../src/deploy/unset-variables.ts'

const warning = (name: string) => `The "${name}" variable is not set. Defaulting to a blank string.`
const text = 'environment: {A: "${OTHER}"}\nvolumes: ["${DATA}/${MORE}:/y"]\n'
const error = new DeployError('policy_denied', 'volumes: /x: it lies outside the extension’s folder', { service: 'web', fix: 'Use a named volume.' })

test('a refusal names the variables that nobody gave', () => {
  const said = sayUnset(error, [warning('DATA'), warning('DATA'), warning('MORE'), warning('OTHER'), 'the attribute `version` is obsolete'], text)

  expect(failureOf((said as DeployError).trouble, 0)).toMatchObject({
    sentence: 'web asks for something the policy denies: volumes: /x: it lies outside the extension’s folder (DATA and MORE are not set, and empty here).',
    fix: 'Use a named volume. If that comes of a variable that is not set, give it: `-e DATA=…`, or a line in the file .env.',
  })
})

test('what has nothing to do with a variable stays as it is', () => {
  const bug = new TypeError('x')

  const socket = new DeployError('policy_denied', 'volumes: /var/run/docker.sock: whoever talks to the engine owns the host')

  expect(sayUnset(error, ['the attribute `version` is obsolete'], text)).toBe(error)
  expect(sayUnset(error, [warning('OTHER')], text)).toBe(error)
  expect(sayUnset(socket, [warning('DATA')], text)).toBe(socket)
  expect(sayUnset(bug, [warning('DATA')], text)).toBe(bug)
})

test.each([
  ['${DATA}/x:/y', true],
  ['$DATA:/y', true],
  ['${DATA:-}/x:/y', true],
  ['source: "${DATA}"', true],
  ['A=${DATA}', false],
  ['${DATABASE}/x:/y', false],
])('of %s: %s', (line, said) => {
  expect(sayUnset(error, [warning('DATA')], line) !== error).toBe(said)
})
