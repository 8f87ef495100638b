import { expect, test } from 'vitest'
import { warningsIn } from '../../../src/docker/compose-words.ts'

// Compose 2.26.1 and 5.6.
test('a warning names the Compose file without the folders it is in', () => {
  const version = '/srv/my shop/compose.yaml: the attribute `version` is obsolete, it will be ignored'
  const stderr = `time="2026-11-24T12:00:00Z" level=warning msg=${JSON.stringify(version)}\ntime="2026-11-24T12:00:00Z" level=warning msg="The \\"X\\" variable is not set."\n`

  expect(warningsIn(stderr)).toEqual(['compose.yaml: the attribute `version` is obsolete, it will be ignored', 'The "X" variable is not set.'])
})
