import { describe, expect, test } from 'vitest'
import { fails, reportOf } from './an-endpoint.ts'

const down = fails(Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), { code: 'ECONNREFUSED' }))
const fine = () => 'PONG'

describe('the report', () => {
  test('is the guide’s: healthy, with a word for each check, in their order', async () => {
    const report = await reportOf({ database: fine, dependency: { check: down, critical: false } })

    expect(JSON.stringify(report)).toBe('{"status":"healthy","checks":{"database":"ok","dependency":"degraded"}}')
  })

  test('is unhealthy when one critical check fails, and says which and why', async () => {
    expect(await reportOf({ cache: fine, database: down, queue: { check: fine, critical: false } })).toEqual({
      status: 'unhealthy',
      checks: { cache: 'ok', database: 'error: ECONNREFUSED', queue: 'ok' },
    })
  })

  test('without checks is healthy: the app answers, and nothing more was asked', async () => {
    expect(await reportOf({})).toEqual({ status: 'healthy', checks: {} })
  })

  test('is one object for all who ask, and nobody can change it', async () => {
    const report = await reportOf({ database: fine })

    expect(() => Object.assign(report, { status: 'unhealthy' })).toThrow(TypeError)
    expect(() => Object.assign(report.checks, { database: 'error' })).toThrow(TypeError)
  })

  test('takes any name, also one that objects have a meaning for', async () => {
    const checks = Object.fromEntries(['__proto__', 'constructor', 'toString', '', 'a b"c'].map((name) => [name, fine]))

    expect(Object.entries((await reportOf(checks)).checks).map(([name]) => name)).toEqual(['__proto__', 'constructor', 'toString', '', 'a b"c'])
  })
})

describe('a check', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'ok'],
    ['null', null, 'ok'],
    ['a word', 'PONG', 'ok'],
    ['zero', 0, 'ok'],
    ['rows', { rows: [] }, 'ok'],
    ['a good Response', new Response('fine'), 'ok'],
    ['Mongo’s { ok: 1 }', { ok: 1 }, 'ok'],
    ['degraded', 'degraded', 'degraded'],
    ['false', false, 'error: the check answered false'],
    ['a bad Response', new Response('no', { status: 503 }), 'error: HTTP 503'],
    ['{ ok: false }', { ok: false }, 'error: the answer is not ok'],
  ])('that answers %s shows so', async (_, answer, word) => {
    const { status, checks } = await reportOf({ now: () => answer, later: async () => answer })

    expect(checks).toEqual({ now: word, later: word })
    expect(status).toBe(word.startsWith('error') ? 'unhealthy' : 'healthy')
  })

  test('that answers with a Response lets go of its body, unless it reads it itself', async () => {
    const unread = new Response('x'.repeat(10))
    const locked = new Response('x'.repeat(10))
    locked.body?.getReader()

    const report = await reportOf({ unread: () => unread, locked: () => locked })

    expect(report.status).toBe('healthy')
    expect(await unread.body?.getReader().read()).toEqual({ done: true, value: undefined })
  })

  test('is told to the app’s own log with the error as it was, once a run, critical or not', async () => {
    const error = new Error('password=hunter2')
    const told: unknown[] = []

    await reportOf({ a: fails(error), b: { check: fails(error), critical: false }, c: fine }, { onFailure: (failure) => told.push(failure) })

    expect(told).toEqual([
      { check: 'a', critical: true, error },
      { check: 'b', critical: false, error },
    ])
  })
})

describe('settings that make no sense stop the app at its start', () => {
  test.each<[string, Parameters<typeof reportOf>, string]>([
    ['a timeout in words', [{}, { timeout: '2s' as never }], 'timeout is "2s"'],
    ['no time at all', [{}, { timeout: 0 }], 'timeout is 0'],
    ['time without end', [{}, { timeout: Number.POSITIVE_INFINITY }], 'timeout is Infinity'],
    ['more than a timer can', [{}, { timeout: 2 ** 31 }], 'timeout is 2147483648'],
    ['a negative age', [{}, { maxAge: -1 }], 'maxAge is -1'],
    ['NaN', [{}, { maxAge: Number.NaN }], 'maxAge is NaN'],
    ['words that are no function', [{}, { describe: 'message' as never }], 'describe is no function'],
    ['a log that is no function', [{}, { onFailure: console as never }], 'onFailure is no function'],
    ['a check that was called already', [{ database: Promise.resolve() as never }], 'the check "database" is neither'],
    ['a check that is missing', [{ database: undefined as never }], 'the check "database" is neither'],
    ['critical in words', [{ database: { check: fine, critical: 'no' as never } }], 'critical of "database" is "no"'],
    ['a check’s own timeout', [{ database: { check: fine, timeout: -5 } }], 'timeout of "database" is -5'],
  ])('%s', (_, [checks, options], sentence) => {
    expect(() => reportOf(checks, options)).toThrow(new TypeError(`torii/health: ${sentence}`).message)
  })

  test('an option that is undefined is the default', async () => {
    expect(await reportOf({ database: down }, { describe: undefined as never })).toMatchObject({ checks: { database: 'error: ECONNREFUSED' } })
  })
})
