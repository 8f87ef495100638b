import fc from 'fast-check'
import { test } from 'vitest'
import { lived, type Story, stories } from './stories.ts'

const story = fc.constantFrom(...Object.entries(stories)).map(([name, each]) => ({ ...each, toString: () => name }) as Story)
const deaths = fc.array(fc.integer({ min: 1, max: 160 }), { minLength: 2, maxLength: 4 })

test('several processes that die one after the other, anywhere, leave the last one nothing that it cannot go on with', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(story, deaths, async (each, calls) => {
      await lived(each, calls)
    }),
    { numRuns: 150 },
  ),
)
