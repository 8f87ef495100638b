import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { realClock } from '../../src/clock.ts'
import { LockTimeout, oneAtATime } from '../../src/process-lock.ts'
import { createFakeClock } from '../fakes/clock.ts'

test('whoever comes second waits for the first, also when that one fails', async () => {
  const name = randomUUID()
  const said: string[] = []
  const work = (who: string) => async () => {
    said.push(`${who} begins`)
    await realClock.sleep(5)
    said.push(`${who} ends`)
    if (who === 'a') throw new Error('a failed')
  }

  const done = await Promise.allSettled([oneAtATime(name, realClock, work('a')), oneAtATime(name, realClock, work('b'))])

  expect(done.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
})

test('one that never ends is not waited for longer than 40 s', async () => {
  const name = randomUUID()
  const clock = createFakeClock()
  const end = Promise.withResolvers<void>()
  const first = oneAtATime(name, clock, () => end.promise)

  const second = await oneAtATime(name, clock, async () => {}).catch((error) => error)

  expect(second).toBeInstanceOf(LockTimeout)
  expect(clock.monotonic()).toBe(40_000)
  end.resolve()
  await first
})
