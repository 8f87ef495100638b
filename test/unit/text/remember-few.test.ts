import { expect, test } from 'vitest'
import { rememberFew } from '../../../src/text/remember-few.ts'

test('what was asked for last is remembered, and the oldest forgotten', () => {
  const few = rememberFew<string, number>(2)
  let made = 0
  const of = (key: string) => few.of(key, () => ++made)

  expect([of('a'), of('b'), of('a'), of('c'), of('a'), of('b')]).toEqual([1, 2, 1, 3, 1, 4])
  expect([few.get('c'), few.get('a'), few.get('b')]).toEqual([undefined, 1, 4])
  expect([...few.values()]).toEqual([1, 4])
})
