import { expect, test } from 'vitest'
import { circlesOf } from '../../../src/lint/see/circles.ts'

test('names of one circle share a number; what only leads there has none', () => {
  const circles = circlesOf(new Map(Object.entries({ a: ['b'], b: ['c', 'nobody'], c: ['a'], d: ['a', 'e'], e: ['f'], f: ['e'], g: ['g'] })))

  expect([...circles.keys()].toSorted()).toEqual(['a', 'b', 'c', 'e', 'f'])
  expect(new Set(['a', 'b', 'c'].map((name) => circles.get(name))).size).toBe(1)
  expect(circles.get('e')).toBe(circles.get('f'))
  expect(circles.get('a')).not.toBe(circles.get('e'))
})

test('a chain as long as a file may be', () => {
  const names = Array.from({ length: 50_000 }, (_, index) => [`s${index}`, [`s${(index + 1) % 50_000}`]] as const)

  expect(circlesOf(new Map(names)).size).toBe(50_000)
})
