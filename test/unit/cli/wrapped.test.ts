import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { wrapped } from '../../../src/cli/wrapped.ts'

const sentence = 'cache · revision 1 is FAILED: The health check of cache runs curl, which its image does not have.'
const terminal = (columns: number) => ({ isTTY: true, columns })

describe('what people read', () => {
  test('is broken between words at a terminal, with what follows further in', () => {
    expect(wrapped(sentence, terminal(80)).split('\n')).toEqual([
      'cache · revision 1 is FAILED: The health check of cache runs curl, which its',
      '  image does not have.',
    ])
    expect(wrapped(`  fix: ${sentence}`, terminal(60)).split('\n')[1]).toMatch(/^ {4}\S/)
  })

  test('is left as it is in a pipe and in a file', () => {
    expect(wrapped(sentence, { columns: 40 })).toBe(sentence)
  })

  test('keeps what is there to be copied on one line', () => {
    const fix = '  fix: In the Dockerfile of cache write `RUN apt-get update && apt-get install -y --no-install-recommends curl` before its USER.'

    expect(wrapped(fix, terminal(80)).split('\n')).toContain('    `RUN apt-get update && apt-get install -y --no-install-recommends curl`')
  })

  test('loses no word, and no line is wider than the terminal unless a word is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '漢'), minLength: 1, maxLength: 12 })),
        fc.integer({ min: 40, max: 120 }),
        (words, columns) => {
          const text = wrapped(words.join(' '), terminal(columns))

          expect(text.split(/\s+/).filter((word) => word !== '')).toEqual(words)
          for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })
})
