import { expect, test } from 'vitest'
import { terminalPage } from '../../../src/cli/terminal-page.ts'
import { pageOf } from '../../../src/deploy/reason-page.ts'

const page = '# T1 one\n\n**What to do.** See [its `fixed/`](../x).\n\n```yaml\na: ["**", "# b"]\n\nc: 1\n```\nAfter.\n'

test('a page for a terminal has no marks of Markdown, and its samples are as they are', () => {
  expect(terminalPage(page, true)).toBe('T1 one\n\nWhat to do. See its `fixed/`.\n\n    a: ["**", "# b"]\n\n    c: 1\nAfter.\n')
  expect(terminalPage(pageOf('app_refused'), true)).not.toMatch(/\*\*|^#|\]\(/m)
})

test('one for a pipe is the page itself', () => {
  expect(terminalPage(page, false)).toBe(page)
})
