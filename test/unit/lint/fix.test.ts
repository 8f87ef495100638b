import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { edited, withoutOverlaps } from '../../../src/lint/fix.ts'
import { lintAll } from '../../../src/lint/lint.ts'
import type { Sample, Severity } from '../../../src/lint/rule.ts'
import { checked, web } from '../../../src/lint/rules/samples.ts'
import { folderOf, tools } from './makers.ts'

const everything: Severity[] = ['error', 'warning', 'info']

/** The file after `--fix`. */
async function fixed(sample: Sample, name = 'compose.yaml', severities = everything): Promise<string> {
  const folder = folderOf(sample)
  await lintAll([folder], tools({ cwd: folder }), severities)
  return readFileSync(join(folder, name), 'utf8')
}

const protectedTest = (test: string) => checked(`test: ${test}`, 'interval: 10s', 'start_period: 30s')

describe('a fix changes nothing but the mistake', () => {
  test.each([
    ['the obsolete version, with the blank line behind it', `# head\nversion: "3"\n\n${web('image: a:1')}`, `# head\n\n${web('image: a:1')}`],
    ['the obsolete version on the first line', `version: '3.8' # old\n\n${web('image: a:1')}`, web('image: a:1')],
    ['a test without CMD', protectedTest('["curl", "-f", "http://localhost:8000"]'), protectedTest('["CMD", "curl", "-f", "http://localhost:8000"]')],
    [
      'a test without CMD that needs a shell',
      protectedTest('[curl, -f, "http://localhost:8000", "||", exit, "1"] # why'),
      protectedTest('["CMD-SHELL", "curl -f http://localhost:8000 || exit 1"] # why'),
    ],
    [
      'dropped arguments, one a line',
      checked('test:', '  - CMD-SHELL', '  - pg_isready', '  - "-U"', '  - $$USER', 'interval: 10s # often', 'start_period: 30s'),
      checked('test: ["CMD-SHELL", "pg_isready -U $$USER"]', 'interval: 10s # often', 'start_period: 30s'),
    ],
    [
      'dropped arguments with spaces in them are a program’s',
      protectedTest(`["CMD-SHELL", "python", "-c", "import urllib.request"]`),
      protectedTest(`["CMD", "python", "-c", "import urllib.request"]`),
    ],
    [
      'shell words without a shell',
      protectedTest('["CMD", "curl -f http://localhost:8000 || exit 1"]'),
      protectedTest('["CMD-SHELL", "curl -f http://localhost:8000 || exit 1"]'),
    ],
    [
      'a time without a unit',
      checked('test: curl -f http://localhost:8000', "interval: '10'", 'start_period: 30'),
      checked('test: curl -f http://localhost:8000', "interval: '10s'", 'start_period: 30s'),
    ],
    [
      'a start period behind the last line, before whatever follows',
      `${checked('test: curl -f http://localhost:8000', 'interval: 5s # often', 'retries: 3')}  # the end\n`,
      `${checked('test: curl -f http://localhost:8000', 'interval: 5s # often', 'retries: 3', 'start_period: 30s')}  # the end\n`,
    ],
    [
      'a start period in braces',
      web('image: python:3.13', 'healthcheck: {test: curl -f http://x, interval: 5s} # x'),
      web('image: python:3.13', 'healthcheck: {test: curl -f http://x, interval: 5s, start_period: 30s} # x'),
    ],
    [
      'half a second',
      checked('test: curl -f http://x', 'interval: "500ms"', 'start_period: 30s'),
      checked('test: curl -f http://x', 'interval: "1s"', 'start_period: 30s'),
    ],
    [
      'localhost for busybox',
      web('image: caddy:2.10', 'healthcheck:', '  test: ["CMD", "wget", "-q", "--spider", "http://localhost/localhost"]', '  start_period: 30s'),
      web('image: caddy:2.10', 'healthcheck:', '  test: ["CMD", "wget", "-q", "--spider", "http://127.0.0.1/localhost"]', '  start_period: 30s'),
    ],
    [
      'a variable of the container, where a shell reads it',
      web('image: a/b:1', 'environment: {PORT: 8000}', 'healthcheck: {test: "curl -f http://localhost:${PORT}/$$X/$PORT", start_period: 30s}'),
      web('image: a/b:1', 'environment: {PORT: 8000}', 'healthcheck: {test: "curl -f http://localhost:$${PORT}/$$X/$$PORT", start_period: 30s}'),
    ],
  ])('%s', async (_, before, after) => {
    expect(await fixed(before)).toBe(after)
    expect(await fixed(after)).toBe(after)
  })

  test.each([
    ['a comment between the items', checked('test:', '  - CMD-SHELL', '  # the database', '  - pg_isready', '  - -h', '  - db', 'start_period: 30s')],
    ['an anchor in the list', checked('test: &t ["CMD-SHELL", "pg_isready", "-h", "127.0.0.1"]', 'start_period: 30s')],
    ['a variable of Compose in the list', checked('test: ["CMD-SHELL", "pg_isready", "-U", "${USER:-x}"]', 'start_period: 30s')],
    ['words that may be meant in two ways', checked('test: ["CMD-SHELL", "curl -f", "http://localhost:8000/a b"]', 'start_period: 30s')],
    ['a start period that would cost the verdict', checked('test: curl -f http://localhost:8000', 'interval: 30s', 'retries: 6')],
    [
      'a variable that no shell reads',
      web('image: a/b:1', 'environment: {PORT: 8000}', 'healthcheck: {test: [CMD, curl, -f, "http://localhost:$PORT"], start_period: 30s}'),
    ],
    ['something silenced', `version: "3" # torii: ignore T015\n${web('image: a:1')}`],
  ])('%s is left alone', async (_, text) => {
    expect(await fixed(text)).toBe(text)
  })

  test('a Dockerfile keeps its lines', async () => {
    const Dockerfile = 'from python:3.13\r\n# a comment\r\nHEALTHCHECK --interval=500ms \\\r\n  CMD curl -f http://x\r\n'

    const after = await fixed({ 'compose.yaml': web('build: .'), Dockerfile }, 'Dockerfile')

    expect(after).toBe('FROM python:3.13\r\n# a comment\r\nHEALTHCHECK --start-period=30s --interval=1s \\\r\n  CMD curl -f http://x\r\n')
  })

  test('only what is told is fixed', async () => {
    const text = `version: "3"\n${checked('test: ["curl", "-f", "http://localhost:8000"]', 'interval: 30s')}`

    expect(await fixed(text, 'compose.yaml', ['error'])).toBe(text.replace('["curl"', '["CMD", "curl"'))
  })
})

describe('the file on the disk', () => {
  const text = `version: "3"\n${web('image: a:1')}`

  test('it keeps its mode, a link stays a link, and nothing is left behind', async () => {
    const folder = folderOf({ 'real/compose.yaml': text })
    chmodSync(join(folder, 'real/compose.yaml'), 0o640)
    symlinkSync('real/compose.yaml', join(folder, 'compose.yaml'))

    await lintAll([folder], tools({ cwd: folder }), everything)

    expect(lstatSync(join(folder, 'compose.yaml')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real/compose.yaml'), 'utf8')).toBe(web('image: a:1'))
    expect(statSync(join(folder, 'real/compose.yaml')).mode & 0o777).toBe(0o640)
    expect(readdirSync(join(folder, 'real'))).toEqual(['compose.yaml'])
  })

  test('without --fix nothing is written', async () => {
    const folder = folderOf(text)

    await lintAll([folder], tools({ cwd: folder }))

    expect(readFileSync(join(folder, 'compose.yaml'), 'utf8')).toBe(text)
  })

  test('what was changed is told in whole lines', async () => {
    const folder = folderOf(text)

    const { changes } = await lintAll([folder], tools({ cwd: folder }), everything)

    expect(changes).toEqual([{ rule: 'T015', file: 'compose.yaml', line: 1, before: ['version: "3"'], after: [] }])
  })

  test('a file that two extensions share is fixed once', async () => {
    const folder = folderOf({ 'compose.yaml': 'include: [base.yaml]\n', 'base.yaml': text })
    writeFileSync(join(folder, 'other.yaml'), 'include: [base.yaml]\n')

    const { changes } = await lintAll([folder, join(folder, 'other.yaml')], tools({ cwd: folder }), everything)

    expect(changes).toHaveLength(1)
  })
})

describe('edits', () => {
  const source = { label: 'x', path: '/x', text: 'abcdef' }
  const edit = (start: number, end: number, text: string) => ({ rule: 'T001', edits: [{ source, start, end, text }] })

  test('are made from the end, so that offsets hold', () => {
    expect(edited('abcdef', [edit(1, 2, 'XX'), edit(4, 5, ''), edit(6, 6, '!')])).toBe('aXXcdf!')
  })

  test('of two that touch, the first is made', () => {
    expect(withoutOverlaps([edit(1, 3, 'x'), edit(3, 4, 'y'), edit(2, 5, 'z'), edit(5, 6, 'w')])).toEqual([edit(1, 3, 'x'), edit(5, 6, 'w')])
  })
})
