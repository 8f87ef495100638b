import { expect, test } from 'vitest'
import { availableIn } from '../../../src/docker/host-facts.ts'

test.each([
  ['as the kernel writes it', 'MemTotal:        8039212 kB\nMemFree:          201224 kB\nMemAvailable:    4093712 kB\n', 4_093_712 * 1024],
  ['nothing left', 'MemAvailable:          0 kB\n', 0],
  ['a kernel that does not say', 'MemTotal:        8039212 kB\n', null],
  ['a file that cannot be read', '', null],
])('memory that is available, which is not none where it is unknown: %s', (_, meminfo, bytes) => {
  expect(availableIn(meminfo)).toBe(bytes)
})
