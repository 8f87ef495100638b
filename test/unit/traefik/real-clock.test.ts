import { expect, test } from 'vitest'
import { realClock } from '../../../src/clock.ts'

test('sleeps on the monotonic clock', async () => {
  const start = realClock.monotonic()

  await realClock.sleep(10)

  expect(realClock.monotonic() - start).toBeGreaterThanOrEqual(9)
})

test('an aborted sleep rejects with the signal’s own reason, before and while sleeping', async () => {
  const off = new AbortController()
  const sleeping = realClock.sleep(60_000, off.signal)
  const reason = new Error('called off')

  off.abort(reason)

  await expect(sleeping).rejects.toBe(reason)
  await expect(realClock.sleep(60_000, off.signal)).rejects.toBe(reason)
})
