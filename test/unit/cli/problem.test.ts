import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asCliError } from '../../../src/cli/as-cli-error.ts'
import { problemOf } from '../../../src/cli/problem.ts'
import { unanswered } from '../../../src/cli/unanswered.ts'
import { ConfigError } from '../../../src/config.ts'
import { DeployError, failures, type Reason } from '../../../src/deploy/failure.ts'

const reasons = Object.keys(failures) as Reason[]

describe('what the server refuses', () => {
  test.each(reasons)('%s ends with the exit code of the failure table', (reason) => {
    const problem = problemOf(failures[reason].http, JSON.stringify({ reason, detail: 'So it is.', fix: 'Do this.' }), { address: 'x:1', remote: false })

    expect(problem).toMatchObject({ reason, exit: failures[reason].exit, message: 'So it is.', fix: 'Do this.' })
  })

  test.each([
    [400, 'usage', 2],
    [403, 'not_allowed', 7],
    [404, 'not_found', 8],
    [409, 'usage', 8],
    [413, 'usage', 2],
    [500, 'internal', 1],
    [503, 'server_unreachable', 7],
    [401, 'server_unreachable', 7],
  ])('HTTP %i without a reason is %s', (status, reason, exit) => {
    expect(problemOf(status, '<html>', { address: 'x:1', remote: false })).toMatchObject({ reason, exit })
  })

  test('a token that another machine does not accept is no server that comes back', () => {
    expect(problemOf(401, '', { address: 'a.test', remote: true })).toMatchObject({
      reason: 'unauthorized',
      exit: 7,
      message: expect.stringContaining('this token'),
    })
  })

  test.each([
    ['"names.0" in the body must be a pattern.', '--names must be a pattern.'],
    ['"expiresIn" in the body must be a number.', '--expires must be a number.'],
    ['"constructor" in the body must be x.', '"constructor" in the body must be x.'],
    ['There is no "x" in the body.', 'There is no "x" in the body.'],
  ])('%s is told in words of the command line', (detail, words) => {
    expect(problemOf(400, JSON.stringify({ reason: 'request_invalid', detail }), { address: 'x:1', remote: true }).message).toBe(words)
  })

  test('an authority that is not trusted is told without advice for users of Node', () => {
    const message = 'unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca'
    const refusal = unanswered({ address: 'a.test:1', remote: true }, Object.assign(new Error(message), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }))

    expect(refusal).toMatchObject({
      message: 'The certificate of a.test:1 is not trusted: unable to verify the first certificate.',
      fix: expect.stringContaining('--ca FILE'),
    })
  })

  test('a name of the prototype is no reason', () => {
    expect(problemOf(400, '{"reason":"constructor"}', { address: 'x:1', remote: false }).reason).toBe('usage')
  })

  test('whatever it answers, there is a sentence without control characters and an exit code', () => {
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (status, body) => {
        const { message, exit } = problemOf(status, body, { address: 'x:1', remote: false })

        expect(message).not.toMatch(/\p{Control}|^$/u)
        expect([1, 2, 3, 4, 5, 6, 7, 8, 130]).toContain(exit)
      }),
    )
  })
})

describe('what is thrown here', () => {
  test.each(reasons)('%s has the same exit code as when the server says it', (reason) => {
    expect(asCliError(new DeployError(reason, 'x')).exit).toBe(failures[reason].exit)
  })

  test('a variable that cannot be used is a wrong call', () => {
    expect(asCliError(new ConfigError('TORII_API_PORT must be a port.'))).toMatchObject({ exit: 2, message: 'TORII_API_PORT must be a port.' })
  })

  test('what nobody expected is ours', () => {
    expect(asCliError(new TypeError('x is \x1b[31mnot a function'))).toMatchObject({
      exit: 1,
      reason: 'internal',
      message: 'Torii made a mistake of its own: x is not a function',
    })
  })
})
