import { describe, expect, test } from 'vitest'
import { counted, lastLineOf, limitOf, listed, secondsOf, theyWait } from '../../../src/deploy/words.ts'

test.each([
  [0, '0 s'],
  [50, '0.05 s'],
  [30, '0.03 s'],
  [100, '0.1 s'],
  [1000, '1 s'],
  [1500, '1.5 s'],
  [9960, '10 s'],
  [10_000, '10 s'],
  [12_499, '12 s'],
  [180_000, '180 s'],
  [690_000, '690 s'],
])('%i ms are said as %s', (ms, words) => {
  expect(secondsOf(ms)).toBe(words)
})

test.each([
  [0, '0 checks'],
  [1, '1 check'],
  [2, '2 checks'],
])('%i is counted as %s', (count, words) => {
  expect(counted(count, 'check')).toBe(words)
})

test('what has a plural of its own is counted with it', () => {
  expect([counted(1, 'retry', 'retries'), counted(3, 'retry', 'retries')]).toEqual(['1 retry', '3 retries'])
})

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j are listed as %s', (names, words) => {
  expect(listed(names)).toBe(words)
})

test('one waits, several wait', () => {
  expect([theyWait(['a']), theyWait(['a', 'b'])]).toEqual(['a waits', 'a and b wait'])
})

test.each([
  ['', ''],
  ['\n \n', ''],
  ['one', 'one'],
  ['one\ntwo\n', 'two'],
  ['one\r\n  two \r\n\r\n', 'two'],
])('the last line of %j that says something', (text, line) => {
  expect(lastLineOf(text)).toBe(line)
})

describe('a memory limit', () => {
  test.each([
    [0, 'it has no limit of its own, so the host’s memory ran out'],
    [8 * 1024 ** 2, 'its limit is 8 MiB'],
    [6_500_000, 'its limit is 6.2 MiB'],
    [1000, 'its limit is 1000 bytes'],
  ])('of %i bytes', (bytes, words) => {
    expect(limitOf(bytes)).toBe(words)
  })
})
