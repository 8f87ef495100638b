import { expect, test } from 'vitest'
import { plainlyIgnored } from '../../../src/docker/plainly-ignored.ts'

test.each([
  ['node_modules', 'node_modules'],
  ['# a comment\n /.git/ \r\n', '.git'],
  ['./a/../b//c', 'b/c'],
])('%j leaves out %s', (text, path) => {
  expect(plainlyIgnored(text)(path)).toBe(true)
})

test.each([
  ['node_modules', 'app/node_modules'],
  ['*.log', 'a.log'],
  ['node_modules\n!node_modules/mine', 'node_modules'],
  ['# node_modules', 'node_modules'],
  ['', 'a'],
  ['../a', 'a'],
  ['.dockerignore', '.dockerignore'],
])('%j does not say so plainly of %s', (text, path) => {
  expect(plainlyIgnored(text)(path)).toBe(false)
})
