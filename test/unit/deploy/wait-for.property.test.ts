import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import { waiting } from '../../../src/deploy/verdict.ts'
import { type Occasion, waitFor } from '../../../src/deploy/wait-for.ts'
import { createFakeClock } from '../../fakes/clock.ts'

const schedules = fc.record({
  every: fc.integer({ min: 1, max: 50 }),
  within: fc.integer({ min: 1, max: 300 }),
  spent: fc.integer({ min: 0, max: 400 }),
  early: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 4 }),
  wakes: fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 5 }),
  /** Of the look of that number, ms. */
  durations: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 10 }),
})

type Schedule = typeof schedules extends fc.Arbitrary<infer T> ? T : never
type Looked = { begun: number; ended: number; occasion: Occasion }

/** All looks of a wait that nothing ends but the deadline; ms from the beginning. */
async function looksOf({ wakes, durations, ...wait }: Schedule): Promise<{ looks: Looked[]; error: unknown }> {
  const clock = createFakeClock()
  let wake = Promise.withResolvers<void>()
  for (const at of wakes)
    clock.alarm(at, () => {
      wake.resolve()
      wake = Promise.withResolvers()
    })
  const looks: Looked[] = []
  const look = async (occasion: Occasion) => {
    const begun = clock.monotonic() + wait.spent
    const duration = durations[looks.length] ?? 0
    looks.push({ begun, ended: begun + duration, occasion })
    if (duration > 0) await clock.sleep(duration)
    return waiting(`look ${looks.length}`)
  }
  const schedule = { ...wait, woken: () => wake.promise, orElse: ({ on }: { on: string }) => ({ reason: 'health_timeout' as const, detail: on }) }
  const error = await waitFor(look, schedule, clock, new AbortController().signal).catch((caught) => caught)
  return { looks, error }
}

/** When looks are due: every so often, early ones, and the end. */
function dueOf({ every, within, spent, early }: Schedule): number[] {
  const steps = Array.from({ length: Math.floor(within / every) }, (_, at) => (at + 1) * every)
  return [...new Set([...steps, ...early, within])].filter((at) => at > spent && at <= within).toSorted((a, b) => a - b)
}

test('whatever wakes it and however long looks take, looks are made when they are due, and the last one at the end', () =>
  fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const { looks, error } = await looksOf(schedule)
      const planned = looks.filter(({ occasion }) => occasion !== 'woken')
      const last = looks.at(-1) as Looked

      expect(error).toBeInstanceOf(DeployError)
      expect((error as DeployError).trouble.detail).toBe(`look ${looks.length}`)
      expect(looks[0]).toMatchObject({ begun: schedule.spent, occasion: 'first' })
      // Nothing is looked at twice at a time, nor before its time.
      for (const [at, { begun }] of looks.slice(1).entries()) expect(begun).toBeGreaterThanOrEqual(looks[at]?.ended ?? 0)
      // Each look that is due is made then, or right after the one that ran over it.
      for (const due of dueOf(schedule)) {
        const over = looks.find(({ begun, ended }) => begun <= due && ended >= due && ended > begun)
        if (!over) expect(planned.map(({ begun }) => begun)).toContain(due)
      }
      // The last one is the only one at or after the end.
      expect(last.begun).toBeGreaterThanOrEqual(schedule.within)
      expect(planned.filter(({ begun }) => begun >= schedule.within)).toEqual([last])
      // No look without a reason.
      const wanted = new Set([schedule.spent, ...dueOf(schedule)])
      const inTime = planned.filter(({ begun }) => !looks.some(({ ended, begun: other }) => other < begun && ended === begun))
      for (const { begun } of inTime) expect(wanted).toContain(begun)
    }),
    { numRuns: 300 },
  ))
