import { expect, test } from 'vitest'
import { missingIn } from '../../../src/docker/build.ts'

test.each([
  [
    'failed to compute cache key: failed to calculate checksum of ref abc::def: "/ap.py": not found',
    ['the build context has no ap.py (is it misspelt, or left out by .dockerignore?)'],
  ],
  ['process "/bin/sh -c false" did not complete successfully: exit code: 1', []],
])('%s', (error, told) => {
  expect(missingIn(error)).toEqual(told)
})
