import { expect, test } from 'vitest'
import { createLookQueue, type Wanted } from '../../../src/deploy/look-queue.ts'

/** A queue whose looks end when the test says so. */
function aQueue() {
  const looks: { wanted: Wanted; end: () => void; fail: (error: Error) => void }[] = []
  const queue = createLookQueue((wanted) => new Promise<void>((resolve, reject) => looks.push({ wanted, end: resolve, fail: reject })))
  const begun = async (count: number) => {
    await new Promise((resolve) => setImmediate(resolve))
    expect(looks).toHaveLength(count)
  }
  return { queue, looks, begun }
}

test('looks one at a time; what is asked for meanwhile is looked at together, right after', async () => {
  const { queue, looks, begun } = aQueue()

  void queue.ask(['a'])
  await begun(1)
  const asked = [queue.ask(['b']), queue.ask(['c', 'b'])]
  await begun(1)
  looks[0]?.end()
  await begun(2)
  looks[1]?.end()
  await Promise.all(asked)

  expect(looks.map(({ wanted }) => wanted)).toEqual([['a'], ['b', 'c']])
})

test('whoever wants everything gets everything, before or after others that ask', async () => {
  const { queue, looks, begun } = aQueue()

  void queue.ask(['a'])
  void queue.ask('all')
  void queue.ask(['b'])
  await begun(1)

  expect(looks[0]?.wanted).toBe('all')
})

test('a look that began before the question is no answer to it', async () => {
  const { queue, looks, begun } = aQueue()
  let answered = false

  void queue.ask('all')
  await begun(1)
  const second = queue.ask('all').then(() => {
    answered = true
  })
  looks[0]?.end()
  await begun(2)

  expect(answered).toBe(false)
  looks[1]?.end()
  await second
})

test('a look that fails rejects those who asked for it, and nobody else', async () => {
  const { queue, looks, begun } = aQueue()

  const first = queue.ask('all')
  await begun(1)
  const second = queue.ask('all')
  looks[0]?.fail(new Error('no'))
  await expect(first).rejects.toThrow('no')
  await begun(2)
  looks[1]?.end()

  await expect(second).resolves.toBeUndefined()
})

test('rests when all looks have ended, also one that failed', async () => {
  const { queue, looks, begun } = aQueue()

  queue.ask('all').catch(() => {})
  await begun(1)
  looks[0]?.fail(new Error('no'))

  await expect(queue.rest()).resolves.toBeUndefined()
})
