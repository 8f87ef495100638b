import { describe, expect, test } from 'vitest'
import type { DeployError } from '../../../src/deploy/failure.ts'
import { createWorkers, ShuttingDown } from '../../../src/deploy/workers.ts'

/** Work that goes on until the test or its signal ends it, and then needs a moment to let go. */
function someWork() {
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<string>()
  const work = async (signal: AbortSignal): Promise<string> => {
    begun.resolve()
    signal.addEventListener('abort', () => ended.reject(signal.reason))
    return ended.promise
  }
  return { work, begun: begun.promise, end: ended.resolve }
}

describe('the work of one deployment', () => {
  test('is done in the order it was asked for, one after the other', async () => {
    const workers = createWorkers()
    const order: string[] = []
    const noted = (what: string) => async () => {
      order.push(`${what} begins`)
      await Promise.resolve()
      order.push(`${what} ends`)
      return what
    }

    const answers = await Promise.all([workers.begin('a', noted('one')), workers.begin('a', noted('two'))])

    expect(answers).toEqual(['one', 'two'])
    expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends'])
  })

  test('holds up nobody else’s', async () => {
    const workers = createWorkers()
    const slow = someWork()
    const first = workers.begin('a', slow.work)
    await slow.begun

    await expect(workers.begin('b', async () => 'done')).resolves.toBe('done')

    slow.end('at last')
    await expect(first).resolves.toBe('at last')
  })

  test('goes on after work that failed', async () => {
    const workers = createWorkers()

    const failing = workers.begin('a', () => Promise.reject(new Error('no')))
    const next = workers.begin('a', async () => 'done')

    await expect(failing).rejects.toThrow('no')
    await expect(next).resolves.toBe('done')
  })
})

describe('calling off', () => {
  test('ends what goes on and what waits, and comes back when all has let go', async () => {
    const workers = createWorkers()
    const slow = someWork()
    const first = workers.begin('a', slow.work).catch((error) => error)
    const second = workers.begin('a', async () => 'done').catch((error) => error)
    await slow.begun

    await workers.cancel('a')

    expect((await first) as DeployError).toMatchObject({ trouble: { reason: 'cancelled' } })
    expect((await second) as DeployError).toMatchObject({ trouble: { reason: 'cancelled' } })
  })

  test('reaches only that deployment, and nothing that begins afterwards', async () => {
    const workers = createWorkers()
    const other = someWork()
    const others = workers.begin('b', other.work)
    await other.begun

    await workers.cancel('a')
    await workers.cancel('a')

    await expect(workers.begin('a', async () => 'new')).resolves.toBe('new')
    other.end('untouched')
    await expect(others).resolves.toBe('untouched')
  })
})

describe('closing', () => {
  test('calls off everything as shutting down, and lets nothing begin', async () => {
    const workers = createWorkers()
    const [one, two] = [someWork(), someWork()]
    const results = [workers.begin('a', one.work), workers.begin('b', two.work)].map((result) => result.catch((error) => error))
    await Promise.all([one.begun, two.begun])

    await workers.close()

    for (const result of results) expect(await result).toBeInstanceOf(ShuttingDown)
    await expect(workers.begin('a', async () => 'no')).rejects.toBeInstanceOf(ShuttingDown)
  })
})
