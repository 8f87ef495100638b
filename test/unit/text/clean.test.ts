import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanText } from '../../../src/text/clean.ts'

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\x1b',
      '\x1b[',
      '\x1b]',
      '\x1b\\',
      '\x07',
      '\x9b',
      '\x9d',
      '\x9c',
      '\u202e',
      '\u2066',
      '\ud800',
      '\udc00',
      '\r',
      '\n',
      '\t',
      '8;;',
      'm',
      '😀',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
})

describe('text of others', () => {
  test.each<[string, string, string]>([
    ['colours', '\x1b[31mred\x1b[0m', 'red'],
    ['a window title', 'a\x1b]0;owned\x07b', 'ab'],
    ['a link, but not its text', '\x1b]8;;https://evil.test\x1b\\here\x1b]8;;\x1b\\', 'here'],
    ['a clipboard write', '\x1b]52;c;cm0gLXJm\x07x', 'x'],
    ['sequences in their one-byte form', 'a\x9b2Jb\x9d0;t\x9cc', 'abc'],
    ['a sequence that never ends, but not what follows it', '\x1b]0;kept\nline', '0;kept\nline'],
    ['a full reset', '\x1bcx', 'x'],
    ['bells and backspaces', 'a\x07\bb', 'ab'],
    ['a return, but not the gap it makes', 'ok\rDEPLOYED\r\nx\u2028y', 'ok DEPLOYED\nx y'],
    ['what nobody sees', 'a\u200bb\u00adc\ufeffd\u{e0041}e\u115ff\u2060g', 'abcdefg'],
    ['what turns the direction around', 'a\u202eb\u2069\u200fc', 'abc'],
    ['half a character', 'a\ud83d b', 'a b'],
  ])('loses %s', (_, text, clean) => {
    expect(cleanText(text)).toBe(clean)
  })

  test('keeps lines, tabs and every letter', () => {
    expect(cleanText('é\tß\n漢字 😀 👩\u200d💻 می\u200cخواهم …')).toBe('é\tß\n漢字 😀 👩\u200d💻 می\u200cخواهم …')
  })

  test.each<[number, string]>([
    [0, ''],
    [1, '…'],
    [3, 'a…'],
    [4, 'a😀…'],
    [5, 'a😀bc'],
  ])('is cut to %i with a sign, never in the middle of a character', (max, cut) => {
    expect(cleanText('a😀bc', { max })).toBe(cut)
  })

  test('never steers a terminal, whatever it was', () => {
    fc.assert(
      fc.property(hostile, fc.nat(80), (text, max) => {
        const clean = cleanText(text, { max })

        expect(clean).not.toMatch(/[^\P{Control}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
        expect(clean.isWellFormed()).toBe(true)
        expect(clean.length).toBeLessThanOrEqual(max)
        expect(cleanText(clean, { max })).toBe(clean)
      }),
    )
  })

  test('ten million hostile characters take no longer than they should', () => {
    const started = performance.now()

    for (const piece of ['\x1b]', '\x9d', '\x1b[0', '\x1b', '\x90a']) cleanText(piece.repeat(2_000_000))

    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
