import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPicture } from '../../../src/cli/picture.ts'

/** As much of a terminal as the pictures use: 80 columns, 24 rows, and what was scrolled away. */
function terminal() {
  const screen = [['']]
  let row = 0
  const obey = (count: string, letter: string) => {
    if (letter === 'A') row = Math.max(0, row - Number(count || 1))
    if (letter === 'B') row = Math.min(screen.length - 1, row + Number(count || 1))
    if (letter === 'K' && count === '2') screen[row] = []
  }
  let column = 0
  const put = (char: string) => {
    const line = screen[row] ?? []
    screen[row] = line
    while (line.length < column) line.push(' ')
    line[column] = char
    column += 1
  }
  const write = (text: string) => {
    for (const [, count = '', letter, char = ''] of text.replaceAll('\u001b[', '␛').matchAll(/␛([?\d;]*)([A-Za-z])|([\s\S])/g)) {
      if (letter === 'G') column = 0
      else if (letter === 'K' && count === '') screen[row] = (screen[row] ?? []).slice(0, column)
      else if (letter !== undefined) obey(count, letter)
      else if (char === '\n') {
        row += 1
        column = 0
        screen[row] ??= []
      } else put(char)
    }
  }
  const output = new Writable({
    write: (chunk, _, done) => {
      write(String(chunk))
      done()
    },
  })
  const stream = Object.assign(output, { columns: 80, rows: 24, isTTY: true })
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    lines: () =>
      screen
        .map((line) => line.join('').trimEnd())
        .join('\n')
        .trimEnd()
        .split('\n'),
  }
}

const shown = (frames: string[][]) => {
  const { stream, lines } = terminal()
  const picture = createPicture(stream)
  for (const frame of frames) picture.draw(frame)
  return lines()
}

describe('the picture on a terminal', () => {
  test('is whole when lines in its middle come and go above equal last ones', () => {
    const one = ['app · revision 1', '● images', '○ route     a', '            b', '! notice']
    const other = ['app · revision 1', '✔ images', '● started', '● health', '○ route     a', '            b', '! notice']

    expect(shown([one, other])).toEqual(other)
    expect(shown([one, other, one])).toEqual(one)
  })

  test('is the last one, whatever came before', () => {
    const frame = fc.array(fc.constantFrom('a', 'b', 'c', '● d'), { minLength: 1, maxLength: 8 })

    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 6 }), (frames) => {
        expect(shown(frames)).toEqual(frames.at(-1))
      }),
    )
  })

  test('stands below what was noted', () => {
    const { stream, lines } = terminal()
    const picture = createPicture(stream)

    picture.draw(['a', 'b'])
    picture.note('gone for a moment')
    picture.draw(['a', 'b'])

    expect(lines()).toEqual(['gone for a moment', 'a', 'b'])
  })
})
