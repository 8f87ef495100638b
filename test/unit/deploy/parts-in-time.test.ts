import { expect, test } from 'vitest'
import { partsWithin } from '../../../src/deploy/parts-in-time.ts'
import type { Clock } from '../../../src/deploy/ports.ts'
import { createFakeClock } from '../../fakes/clock.ts'

/** What takes so long, on a machine that wakes a process so much later than it wanted. */
async function had(takes: number, wakesLate = 0): Promise<string | null> {
  const clock = createFakeClock()
  const starved: Clock = { ...clock, sleep: (ms, signal) => clock.sleep(ms + wakesLate, signal) }
  const parts = partsWithin(150, starved)
  return parts.have('sockets', async () => {
    await clock.sleep(takes)
    return 'there'
  })
}

test('what is there in time is had, what is not is left out', async () => {
  expect([await had(149), await had(171)]).toEqual(['there', null])
})

test('a starved machine gets the time by which it is late, twice, and no more than a second', async () => {
  expect([await had(400, 100), await had(560, 100), await had(2_000, 900), await had(5_000, 900)]).toEqual(['there', null, 'there', null])
})
