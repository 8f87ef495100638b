import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { realClock } from '../../../src/clock.ts'
import { oneAtATime } from '../../../src/traefik/one-at-a-time.ts'

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
