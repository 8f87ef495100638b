import { describe, expect, test } from 'vitest'
import { errorMessage } from '../../../src/health/error-message.ts'
import { fails, reportOf } from './an-endpoint.ts'

const wordFor = async (error: unknown, describe?: (error: unknown) => string | undefined) =>
  (await reportOf({ database: fails(error) }, describe ? { describe } : {})).checks['database']

const withCode = (code: unknown, message = 'x') => Object.assign(new Error(message), { code })
class MongoServerError extends Error {
  override name = 'MongoServerError'
}
const fetchFailed = new TypeError('fetch failed', { cause: withCode('ENOTFOUND', 'getaddrinfo ENOTFOUND api') })

/** Errors as libraries write them, each with a secret in it. */
const leaks: [string, unknown, string][] = [
  ['an address', new Error('connect to postgres://hello:hunter2@db:5432/hello failed'), 'connect to postgres://***@db:5432/hello failed'],
  ['an address whose password has / and @', new Error('bad uri redis://:hun/ter@2hunter2@cache:6379'), 'bad uri redis://***@cache:6379'],
  ['an address without a scheme', new Error('cannot reach hello:hunter2@db:5432'), 'cannot reach ***@db:5432'],
  ['a query', new Error('GET https://api.test/v1?sig=hunter2&x=1 timed out'), 'GET https://api.test/v1?*** timed out'],
  ['a connection string', new Error("host=db user=hello password='hunter2 x' dbname=hello"), 'host=db user=hello password=*** dbname=hello'],
  ['ADO.NET’s form', new Error('Server=db;Pwd=hunter2;Database=x'), 'Server=db;Pwd=***;Database=x'],
  ['JSON', new Error('{"user":"hello","password":"hunter2"}'), '{"user":"hello","password":***}'],
  ['a header', new Error('refused: Authorization: Bearer hunter2.x-y'), 'refused: Authorization: *** ***'],
  ['a token', new Error('jwt eyJhbGciOi.eyJzdWIi.hunter2 expired'), 'jwt *** expired'],
  ['an API key', new Error('x-api-key: hunter2 is not valid'), 'x-api-key: *** is not valid'],
  ['a cause behind fetch failed', new TypeError('fetch failed', { cause: new Error('proxy http://u:hunter2@proxy') }), 'proxy http://***@proxy'],
  ['thrown text', 'token=hunter2', 'token=***'],
]

describe('the words for a failed check', () => {
  test.each<[string, unknown, string]>([
    ['a refused connection', withCode('ECONNREFUSED'), 'error: ECONNREFUSED'],
    ['PostgreSQL’s SQLSTATE', Object.assign(withCode('28P01'), { name: 'error' }), 'error: 28P01'],
    ['Prisma’s', withCode('P1001'), 'error: P1001'],
    ['TLS', withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'error: ERR_TLS_CERT_ALTNAME_INVALID'],
    ['what is behind fetch failed', fetchFailed, 'error: ENOTFOUND'],
    ['the first of several', new AggregateError([withCode('EHOSTUNREACH')]), 'error: EHOSTUNREACH'],
    ['a class, where there is no code', new MongoServerError('bad auth'), 'error: MongoServerError'],
    ['its own timeout', AbortSignal.abort(new DOMException('x', 'TimeoutError')).reason, 'error: TimeoutError'],
    ['a plain error', new Error('it broke'), 'error'],
    ['a code that is a sentence', withCode('the password is hunter2'), 'error'],
  ])('name %s', async (_, error, word) => {
    expect(await wordFor(error)).toBe(word)
  })

  test.each(leaks)('hold nothing of a message with a secret: %s', async (_, error) => {
    expect(await wordFor(error)).not.toContain('hunter2')
  })

  test.each(leaks)('as a message, hide what looks like a secret: %s', async (_, error, word) => {
    expect(await wordFor(error, errorMessage())).toBe(`error: ${word}`)
  })

  test('as a message, hide the values that the app names, longest first', async () => {
    const described = errorMessage({ hide: ['hunter', 'hunter2-and-more', undefined, ''] })

    expect(await wordFor(new Error('hunter2-and-more is not hunter'), described)).toBe('error: *** is not ***')
  })

  test('as a message, leave an innocent sentence as it is', async () => {
    for (const sentence of ['password authentication failed for user "hello"', 'Unexpected token < in JSON at position 0', 'mail to a@b.test bounced']) {
      expect(await wordFor(new Error(sentence), errorMessage())).toBe(`error: ${sentence}`)
    }
  })

  test('as a message, do not show the first half of an address that is cut', async () => {
    const endless = new Error(`bad uri postgres://hello:hunter2${'x'.repeat(5000)}@db`)

    expect(await wordFor(endless, errorMessage())).toBe('error: bad uri')
  })

  test('are one short line that steers no terminal, whoever wrote them', async () => {
    const word = await wordFor(new Error('x'), () => `a\n\x1b[31mb\x1b]0;owned\x07\u202ec ${'y'.repeat(1000)}`)

    expect(word).toMatch(/^error: a bc y+…$/)
    expect(word).toHaveLength('error: '.length + 200)
  })

  test('may be the app’s own, which is asked with the error and the check’s name, or none', async () => {
    const asked: unknown[] = []
    const error = new Error('x')
    const describe = (...args: unknown[]) => {
      asked.push(args)
      return args[1] === 'a' ? 'asleep' : undefined
    }

    const report = await reportOf({ a: fails(error), b: fails(error), c: { check: fails(error), critical: false } }, { describe })

    expect(report.checks).toEqual({ a: 'error: asleep', b: 'error', c: 'degraded' })
    expect(asked).toEqual([
      [error, 'a'],
      [error, 'b'],
    ])
  })

  test('a hundred thousand hostile characters take no longer than they should', async () => {
    const started = performance.now()

    for (const piece of ['a:', 'a://', 'password=', 'password ', '"', 'bearer ', 'eyJ', 'a://?', '@']) {
      await wordFor(new Error(piece.repeat(100_000)), errorMessage({ hide: ['zz'] }))
    }

    expect(performance.now() - started).toBeLessThan(3000)
  })
})
