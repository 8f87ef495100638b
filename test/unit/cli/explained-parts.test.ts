import { expect, test } from 'vitest'
import { aroundLines } from '../../../src/cli/explained-parts.ts'

const gib = 1024 ** 3
const host = { cpus: 2, load1: 1, memoryTotal: 8 * gib, memoryAvailable: 4 * gib, disk: null, pressure: { cpu: null, memory: null, io: null } }

test.each([
  [4 * gib, /of memory left$/],
  [null, /memory unknown$/],
])('what the machine had left is said, and that it is unknown where it is: %j', (memoryAvailable, line) => {
  expect(aroundLines({ at: '', containers: [], host: { ...host, memoryAvailable } })).toEqual([expect.stringMatching(line)])
})
