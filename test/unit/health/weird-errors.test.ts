// oxlint-disable unicorn/no-thenable -- thenables are what is tested
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorMessage } from '../../../src/health/error-message.ts'
import { anEndpoint, fails, reportOf } from './an-endpoint.ts'

const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()
const ring = new Error('ring')
ring.cause = ring
const thrower = {
  get code() {
    throw new Error('a getter')
  },
  get message() {
    throw new Error('a getter')
  },
}
const weird: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 42],
  ['a symbol', Symbol('x')],
  ['a function', () => {}],
  ['an empty object', {}],
  ['an object without a prototype', Object.create(null)],
  ['a revoked proxy', revoked],
  ['getters that throw', thrower],
  ['a ring of causes', ring],
  ['codes that are no text', Object.assign(new Error(''), { code: 11000, name: 7 })],
  ['a bigint', 1n],
]

describe('whatever a check throws', () => {
  test.each(weird)('%s is a failed check, no more', async (_, error) => {
    const checks = {
      rejected: fails(error),
      thrown: () => {
        throw error
      },
    }

    for (const options of [{}, { describe: errorMessage() }]) {
      const report = await reportOf(checks, options)

      expect(report.status).toBe('unhealthy')
      for (const word of Object.values(report.checks)) expect(word).toMatch(/^error(: ring)?$/)
    }
  })

  test('a thenable that throws is one too, and one that settles twice counts once', async () => {
    const thrower = Object.defineProperty({}, 'then', {
      get() {
        throw new Error('no then')
      },
    })
    const twice = Object.fromEntries([
      [
        'then',
        (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
          resolve('ok')
          reject(new Error('and no'))
        },
      ],
    ])

    expect(await reportOf({ thrower: () => thrower, twice: () => twice })).toEqual({ status: 'unhealthy', checks: { thrower: 'error', twice: 'ok' } })
  })

  test('an answer whose getters throw is one too', async () => {
    const answer = {
      get ok() {
        throw new Error('no')
      },
    }

    expect(await reportOf({ answer: () => answer, revoked: () => revoked })).toMatchObject({ status: 'unhealthy' })
  })

  test('words and logs that throw or reject change nothing', async () => {
    const options = {
      describe: () => {
        throw new Error('no words')
      },
      onFailure: () => Promise.reject(new Error('no log')),
    }

    expect(await reportOf({ a: fails(new Error('x')) }, options)).toEqual({ status: 'unhealthy', checks: { a: 'error' } })
    expect(await reportOf({ a: fails(new Error('x')) }, { onFailure: options.describe })).toEqual({ status: 'unhealthy', checks: { a: 'error' } })
    expect(await reportOf({ a: fails(new Error('x')) }, { describe: () => 7 as never })).toMatchObject({ checks: { a: 'error' } })
  })

  test('anything at all: the endpoint answers 503 with JSON of the guide’s shape', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }), fc.boolean(), async (thrown, message) => {
        const { endpoint } = anEndpoint({ database: fails(thrown) }, message ? { describe: errorMessage() } : {})

        const answer = await endpoint.GET(new Request('http://localhost/health'))

        expect(answer.status).toBe(503)
        expect(await answer.json()).toEqual({ status: 'unhealthy', checks: { database: expect.stringMatching(/^error/) } })
      }),
    )
  })
})
