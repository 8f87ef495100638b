import { expect, test } from 'vitest'
import { age } from '../../../src/cli/amounts.ts'
import { drawn } from '../../../src/cli/doctor.ts'
import { asked } from '../../../src/cli/yes-or-no.ts'

test('what the doctor found stands beside what it looked at, what to do below it', () => {
  const finding = { what: 'engine', is: 'missing', found: 'nobody answers', todo: 'Start it.' } as const

  expect(drawn([finding, { what: 'home', is: 'ok', found: '/x', todo: '' }])).toEqual([
    '   WHAT    FOUND',
    '✘  engine  nobody answers',
    '   to do: Start it.',
    '✔  home    /x',
  ])
})

test('a question is broken at words, and its answer is asked for in its last line', () => {
  const { before, last } = asked('Allow this for exactly this model? It is recorded, and any change asks again.', { isTTY: true, columns: 50 })

  expect([...before, last].every((line) => line.length <= 50)).toBe(true)
  expect(last).toMatch(/ \[y\/N\] $/)
})

test('ninety days are not 89 a second later', () => {
  const left = 90 * 86_400_000 - 1000

  expect([age(left, Math.round), age(left)]).toEqual(['90 days', '89 days'])
})
