import { expect, test } from 'vitest'
import { taskGroup } from '../../../src/deploy/task-group.ts'
import { createFakeClock } from '../../fakes/clock.ts'

const never = new AbortController().signal

test('answers what the tasks answer, in their order', async () => {
  const clock = createFakeClock()
  const after = (ms: number) => async (signal: AbortSignal) => {
    await clock.sleep(ms, signal)
    return ms
  }

  expect(await taskGroup([after(20), after(10)], never)).toEqual([20, 10])
})

test('the first failure calls the others off, and it ends when the slowest of them has let go', async () => {
  const clock = createFakeClock()
  const ends: string[] = []
  const fails = async () => {
    await clock.sleep(10)
    throw new Error('first')
  }
  const letsGoSlowly = async (signal: AbortSignal) => {
    await clock.sleep(1000, signal).catch(() => {})
    await clock.sleep(50)
    ends.push(`let go at ${clock.monotonic()}`)
    throw new Error('second')
  }

  await expect(taskGroup([letsGoSlowly, fails], never)).rejects.toThrow('first')

  expect(ends).toEqual(['let go at 60'])
})

test('being called off from outside rejects with that reason', async () => {
  const clock = createFakeClock()
  const outer = new AbortController()
  const group = taskGroup([(signal) => clock.sleep(1000, signal)], outer.signal)

  outer.abort(new Error('called off'))

  await expect(group).rejects.toThrow('called off')
})
