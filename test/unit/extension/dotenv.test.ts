import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDotenv } from '../../../src/extension/dotenv.ts'

const parsed = (text: string) => ({ ...parseDotenv(text, '.env') })

describe('a .env file is read by us', () => {
  test.each<[string, string, Record<string, string>]>([
    ['bare', 'A=1\nB= two words \n', { A: '1', B: 'two words' }],
    ['export', 'export A=1\n  export\tB=2', { A: '1', B: '2' }],
    ['comments', '# x\nA=1 # one\nB=a#b\n\n   # y\nC=#none', { A: '1', B: 'a#b', C: '' }],
    ['single quotes keep everything', "A='a \\n $B # \"'\n", { A: 'a \\n $B # "' }],
    ['double quotes know escapes', 'A="a\\nb\\t\\"c\\" \\\\ \\$X \\q"\n', { A: 'a\nb\t"c" \\ $X \\q' }],
    ['nothing is interpolated', 'A=1\nB=$A\nC="${A}"\n', { A: '1', B: '$A', C: '${A}' }],
    ['several lines', 'KEY="-----BEGIN\nabc\n-----END" # pem\nB=2', { KEY: '-----BEGIN\nabc\n-----END', B: '2' }],
    ['CRLF and a byte order mark', '\uFEFFA=1\r\nB="x\r\ny"\r\n', { A: '1', B: 'x\ny' }],
    ['empty', 'A=\nB=""\n', { A: '', B: '' }],
    ['the last one wins', 'A=1\nA=2\n', { A: '2' }],
    ['a name without a value is left out', 'A\nexport B\nC=1', { C: '1' }],
    ['what would steer Compose is left out', 'COMPOSE_FILE=../x\nDOCKER_HOST=tcp://x\nCOMPOSER=1', { COMPOSER: '1' }],
    ['spaces around the sign', 'A = 1\n', { A: '1' }],
    ['a name of the prototype', 'constructor=1\n', { constructor: '1' } as never],
  ])('%s', (_, text, values) => {
    expect(parsed(text)).toEqual(values)
  })

  test.each([
    ['A=1\n=2', '.env: line 2: it should be NAME=value'],
    ['A B=2', '.env: line 1: it should be NAME=value'],
    ['1A=2', '.env: line 1: it should be NAME=value'],
    ['A="x', '.env: line 1: the quotation mark is never closed'],
    ["A='x'y", '.env: line 1: something stands behind the closing quotation mark'],
    ['A="1\n2"\n?', '.env: line 3: it should be NAME=value'],
  ])('%j is refused with its line', (text, said) => {
    expect(() => parseDotenv(text, '.env')).toThrow(said)
  })

  test('every value comes back out of double quotes as it went in', () => {
    const value = fc.string({ unit: fc.oneof(fc.constantFrom('"', '\\', '$', '#', ' ', "'", '\n', '='), fc.string({ minLength: 1, maxLength: 1 })) })
    fc.assert(
      fc.property(
        value.filter((text) => !text.includes('\r') && !text.includes('\0')),
        (text) => {
          const quoted = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '\\$')
          expect(parsed(`A="${quoted}"\nB=1`)).toEqual({ A: text, B: '1' })
        },
      ),
    )
  })

  test('any text is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('A', '=', '"', "'", '\\', '\n', '#', ' ', '$', 'é') }), (text) => {
        try {
          parseDotenv(text, '.env')
        } catch (error) {
          expect((error as Error).name).toBe('DeployError')
        }
      }),
    )
  })
})
