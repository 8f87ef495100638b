import { expect, test } from 'vitest'
import { Interrupted, interruptSignal } from '../../../src/cli/interrupt.ts'

test('the first signal aborts, and the listener stays for the second', () => {
  const before = process.listeners('SIGINT')
  const signal = interruptSignal()
  const ours = process.listeners('SIGINT').filter((listener) => !before.includes(listener))

  for (const listener of ours) listener('SIGINT')

  expect(signal.reason).toBeInstanceOf(Interrupted)
  expect(process.listeners('SIGINT')).toEqual(expect.arrayContaining(ours))
  for (const name of ['SIGINT', 'SIGTERM'] as const) for (const listener of ours) process.off(name, listener)
})
