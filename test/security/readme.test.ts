import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const rows = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!class \||often overlooked \||-)/.test(line) && !line.startsWith('|---'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))

test('every class of attack names tests that are there', () => {
  expect(rows.length).toBeGreaterThan(30)
  for (const [name = '', proofs = ''] of rows) {
    const named = [...proofs.matchAll(/`(test\/[^`]+)`: ([^;]+)/g)].map(([, file = '', title = '']) => ({ file, title: title.trim() }))
    expect([name, named.length > 0]).toEqual([name, true])
    for (const { file, title } of named) {
      expect([name, file, existsSync(join(root, file))]).toEqual([name, file, true])
      expect([name, file, title, readFileSync(join(root, file), 'utf8').includes(title)]).toEqual([name, file, title, true])
    }
  }
})
