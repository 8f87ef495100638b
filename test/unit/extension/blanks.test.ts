import { expect, test } from 'vitest'
import { blanksOf } from '../../../src/extension/blanks.ts'
import { parseComposeFile } from '../../../src/extension/parse-compose.ts'

const blanks = (text: string, env: Record<string, string> = {}) => ({ ...blanksOf(parseComposeFile(text, 'compose.yaml'), env) })
const web = (...lines: string[]) => `services:\n  web:\n    image: a\n${lines.map((line) => `    ${line}\n`).join('')}`

test('what names a variable that nobody gives is kept as it is written', () => {
  const text = web('command: ["app", "$PORT", "$$HOME"]', 'healthcheck: {test: "wget http://127.0.0.1:${PORT}/"}', 'entrypoint: sh -c $NAME')

  expect(blanks(text)).toEqual({
    web: {
      test: { names: ['PORT'], words: ['wget http://127.0.0.1:${PORT}/'] },
      command: { names: ['PORT'], words: ['app', '$PORT', '$$HOME'] },
      entrypoint: { names: ['NAME'], words: ['sh -c $NAME'] },
    },
  })
})

test.each([
  ['a value', web('command: app $PORT'), { PORT: '80' }],
  ['a default, a message, another word', web('command: app ${A:-1} ${B:?say} ${C+x}'), {}],
  ['a doubled dollar', web('command: app $$PORT'), {}],
  ['a setting of no text', web('command: {a: $PORT}', 'healthcheck: 3'), {}],
])('%s leaves no blank', (_, text, env) => {
  expect(blanks(text, env)).toEqual({})
})

test('an empty value is a blank', () => {
  expect(blanks(web('command: app $PORT'), { PORT: '' })).toEqual({ web: { command: { names: ['PORT'], words: ['app $PORT'] } } })
})
