import { expect, test } from 'vitest'
import { terminalPage } from '../../../src/cli/terminal-page.ts'
import { pageOf } from '../../../src/deploy/reason-page.ts'

const page = '# T1 one\n\n**What to do.** See [its `fixed/`](../x).\n\n```yaml\na: ["**", "# b"]\n\nc: 1\n```\nAfter.\n'

test('a page for a terminal has no marks of Markdown, and its samples are as they are', () => {
  expect(terminalPage(page, true)).toBe('T1 one\n\nWhat to do. See its `fixed/`.\n\n    a: ["**", "# b"]\n\n    c: 1\nAfter.\n')
  expect(terminalPage(pageOf('app_refused'), true)).not.toMatch(/\*\*|^#|\]\(/m)
})

test('what a person reads is broken at words, and no sample is', () => {
  const long = `${'word '.repeat(30).trim()}\n\`\`\`sh\n${'x'.repeat(120)}\n\`\`\`\n`

  const lines = terminalPage(long, true, 80).split('\n')

  expect(lines.filter((line) => line.length > 80)).toEqual([`    ${'x'.repeat(120)}`])
  expect(lines.slice(0, 2).join(' ')).not.toMatch(/wo$|^rd/)
})

test('one for a pipe is the page itself', () => {
  expect(terminalPage(page, false)).toBe(page)
})
