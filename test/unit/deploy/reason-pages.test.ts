import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Reason } from '../../../src/deploy/failure.ts'
import { noteOf } from '../../../src/deploy/reason-notes.ts'
import { indexPage, pageOf, reasonNamed, reasons } from '../../../src/deploy/reason-page.ts'
import { type Raised, raisedBy } from '../../scenarios/reasons.ts'

const root = join(import.meta.dirname, '../../..')
const broken = join(root, 'examples/broken')
const scenarios = join(root, 'test/scenarios')
const examples = readdirSync(broken, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
const expectedOf = (example: string) => JSON.parse(readFileSync(join(broken, example, 'expected.json'), 'utf8')) as { reason: Reason; says: string[] }

describe.each(reasons)('%s', (reason) => {
  const { means, look, examples: named = [] } = noteOf(reason)

  test('has a page with its sentence, when it is said, what to do and how to see it, and the index leads there', () => {
    for (const text of [means, look]) expect(text).toMatch(/^\S.*\.$/s)
    expect(pageOf(reason)).toMatch(new RegExp(`^# ${reason}\n\n\\*\\*.+\\*\\* Exit code \\d+, HTTP \\d{3}\\.\n`))
    expect(pageOf(reason)).toContain('**What to do.**')
    expect(indexPage()).toContain(`(${reason}.md)`)
  })

  test('is raised on real Docker by a scenario that names it', () => {
    const raised: Raised = raisedBy[reason]

    if ('example' in raised) expect(expectedOf(raised.example).reason).toBe(reason)
    else expect(bodyOf(raised)).toContain(reason)
  })

  test('names every broken extension that fails with it', () => {
    expect([...named].sort()).toEqual(examples.filter((example) => expectedOf(example).reason === reason).sort())
  })
})

test('a word is a reason when it is one of the table', () => {
  expect(['busy', 'Busy', 'toString', ''].map(reasonNamed)).toEqual(['busy', null, null, null])
})

test('every broken extension says which words a sentence needs', () => {
  for (const example of examples) expect([example, expectedOf(example).says.length > 0]).toEqual([example, true])
})

/** The scenario of that name with all it does; a table of cases before its name belongs to it. */
function bodyOf({ file, test: name }: { file: string; test: string }): string {
  const text = readFileSync(join(scenarios, file), 'utf8')
  const at = text.search(new RegExp(`['"\`]${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`))
  return at === -1 ? `no scenario of ${file} begins with "${name}"` : (text.slice(at).split(/\n\}\)?\n/)[0] ?? '')
}
