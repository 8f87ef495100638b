import { describe, expect, test } from 'vitest'
import { lived, stories } from './stories.ts'

describe('a process that dies after any of its calls', () => {
  test.each(Object.entries(stories))('during %s is gone on with by the next one', { timeout: 60_000 }, async (_, story) => {
    const deaths: string[] = []
    for (let died: string[] = ['']; died.length > 0; ) {
      died = await lived(story, [deaths.length + 1]).catch((error) => {
        throw new Error(`${deaths.length + 1}, after ${deaths.at(-1)}: ${error.message}`, { cause: error })
      })
      deaths.push(...died)
    }

    expect(deaths.length).toBeGreaterThan(10)
  })
})
