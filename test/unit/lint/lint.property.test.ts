import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Linted, lintAll } from '../../../src/lint/lint.ts'
import { aFolder } from '../extension/makers.ts'
import { wildComposeFile } from './compose-files.ts'
import { tools } from './makers.ts'

const everything = ['error', 'warning', 'info'] as const

/** One folder for all runs of a property: making one costs more than linting. */
function aLinter() {
  const folder = aFolder()
  const write = (text: string, name = 'compose.yaml') => writeFileSync(join(folder, name), text)
  return {
    write,
    read: (name = 'compose.yaml') => readFileSync(join(folder, name), 'utf8'),
    lint: () => lintAll([folder], tools({ cwd: folder })),
    fix: () => lintAll([folder], tools({ cwd: folder }), [...everything]),
  }
}

/** Every place is inside of its file, and nothing in a finding steers a terminal. */
function isSound({ findings }: Linted): void {
  for (const { line, column, endLine, endColumn, message, fix, hit } of findings) {
    expect(line).toBeGreaterThan(0)
    expect(column).toBeGreaterThan(0)
    expect(endLine > line || endColumn >= column).toBe(true)
    expect(hit.at.end).toBeLessThanOrEqual(hit.at.source.text.length)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(`${message}${fix}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
  }
}

const words = [
  'services',
  'web',
  'image',
  'build',
  'healthcheck',
  'test',
  'CMD',
  'CMD-SHELL',
  'NONE',
  'ports',
  'x-torii',
  'lint',
  'ignore',
  'depends_on',
  'interval',
  'extends',
  'include',
  'volumes',
  'command',
  '<<',
  '__proto__',
  'version',
  'environment',
  'profiles',
  'file',
  'service',
  'path',
]
const scalar = fc.oneof(
  fc.constantFrom(...words, 'curl -f http://localhost', '${A:-b}', '${', '$$', '8000:80', '5s', '1', ''),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double(),
)
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, scalar, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 5 })),
}))
const service = fc.dictionary(fc.constantFrom(...words), value, { maxKeys: 8 })
const composeText = fc.oneof(
  fc
    .record(
      { services: fc.oneof(fc.dictionary(fc.constantFrom('web', 'db', 'a.b', '__proto__'), service), value), include: value, 'x-torii': value, volumes: value },
      { requiredKeys: ['services'] },
    )
    .map((file) => JSON.stringify(file)),
  value.map((each) => JSON.stringify(each) ?? ''),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          'services:',
          '  web:',
          '    image: a',
          '    healthcheck:',
          '      test: [',
          '- ',
          '&a ',
          '*a',
          '"',
          "'",
          '|',
          '\t',
          '---',
          '{',
          '}',
          ': ',
          '#',
        ),
        fc.string(),
      ),
      { maxLength: 30 },
    )
    .map((lines) => lines.join('\n')),
)

/** Hundreds of files each: on a machine that does other things too they take their time. */
const timeout = 60_000

describe('no file makes the linter fall over', () => {
  test('whatever stands in a Compose file', { timeout }, async () => {
    const { write, lint } = aLinter()

    await fc.assert(
      fc.asyncProperty(composeText, async (text) => {
        write(text)
        isSound(await lint())
      }),
      { numRuns: 400 },
    )
  })

  const instruction = fc
    .tuple(
      fc.constantFrom('FROM', 'RUN', 'CMD', 'HEALTHCHECK', 'ENTRYPOINT', 'EXPOSE', 'COPY', 'ENV', 'USER', 'SHELL', 'ARG', 'healthcheck', 'ONBUILD', ''),
      fc.oneof(
        fc.string(),
        fc.constantFrom('python:3.11-slim AS a', 'a', '["x"', "['x']", '--interval=5s CMD curl -f http://x', 'NONE', '${X}', '8000/tcp', '\\', '<<EOF'),
      ),
    )
    .map((parts) => parts.join(' '))
  test('whatever stands in a Dockerfile, kamiwaza.json and .env', { timeout }, async () => {
    const { write, lint } = aLinter()
    write('services:\n  web:\n    build: .\n')

    await fc.assert(
      fc.asyncProperty(
        fc.array(instruction, { maxLength: 12 }),
        fc.oneof(
          fc.string(),
          value.map((each) => JSON.stringify(each) ?? ''),
        ),
        fc.string(),
        async (lines, metadata, env) => {
          write(lines.join('\n'), 'Dockerfile')
          write(metadata, 'kamiwaza.json')
          write(env, '.env')
          isSound(await lint())
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('a fix', () => {
  const test_ = fc.oneof(
    fc.constantFrom('curl -f http://localhost:80 || exit 1', 'NONE', 'pg_isready -U $USER', ''),
    fc.array(fc.constantFrom('CMD', 'CMD-SHELL', 'curl', '-f', 'http://localhost:80', '||', 'exit 1', 'wget', '$$X', '${Y}', 'a b'), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  const time = fc.constantFrom('5s', '500ms', '30', 30, '1m', '${T}', '-5s')
  const check = fc.record(
    { test: test_, interval: time, timeout: time, retries: fc.constantFrom(1, 3, 20, '5'), start_period: time },
    { requiredKeys: ['test'] },
  )
  const file = fc.record(
    {
      version: fc.constantFrom('3', '2.1'),
      services: fc.dictionary(
        fc.constantFrom('web', 'db'),
        fc.record(
          { image: fc.constantFrom('caddy:2', 'postgres:17', 'a/b:1'), environment: fc.constantFrom({ USER: 'x' }, {}), healthcheck: check },
          { requiredKeys: ['image'] },
        ),
        { minKeys: 1 },
      ),
    },
    { requiredKeys: ['services'] },
  )
  const style = fc.constantFrom('flow', 'block')

  test('leaves a file that says the same but for the mistakes, and a second one finds nothing to do', { timeout }, async () => {
    const { write, read, fix } = aLinter()

    await fc.assert(
      fc.asyncProperty(file, style, async (model, form) => {
        write(form === 'flow' ? JSON.stringify(model) : blockText(model))

        const first = await fix()
        const after = read()
        const second = await fix()

        expect(second.changes).toEqual([])
        expect(read()).toBe(after)
        expect(withoutFixed(parse(after))).toEqual(withoutFixed(parse(JSON.stringify(model))))
        if (first.changes.length === 0) expect(parse(after)).toEqual(model)
      }),
      { numRuns: 200 },
    )
  })
})

/** The model without everything that a fix may touch. */
function withoutFixed(model: { version?: unknown; services: Record<string, { healthcheck?: Record<string, unknown> }> }): unknown {
  const { version: _, services, ...rest } = model
  return {
    ...rest,
    services: Object.fromEntries(
      Object.entries(services).map(([name, { healthcheck, ...service }]) => {
        const { test: __, start_period: ___, interval: i, timeout: t, ...kept } = healthcheck ?? {}
        return [name, { ...service, healthcheck: { ...kept, timed: [i, t].map((each) => each === undefined) } }]
      }),
    ),
  }
}

function blockText(model: { version?: string; services: object }): string {
  return Object.entries(model)
    .map(([key, part]) => `${key}: ${typeof part === 'string' ? JSON.stringify(part) : blockOf(part, 2)}`)
    .join('\n')
}

/** Mappings one key a line, with comments; lists one item a line, not indented further, as many write them. */
function blockOf(part: unknown, indent: number): string {
  const space = ' '.repeat(indent)
  if (Array.isArray(part)) return part.map((each) => `\n${space.slice(2)}- ${JSON.stringify(each)}`).join('')
  if (typeof part !== 'object' || part === null) return JSON.stringify(part)
  if (Object.keys(part).length === 0) return '{}'
  return Object.entries(part)
    .map(([key, each]) => `\n${space}${key}: ${blockOf(each, indent + 2)}${typeof each === 'object' ? '' : ' # a comment'}`)
    .join('')
}

test('files as they are in the wild are linted, and fixed, without a crash', { timeout }, async () => {
  const { write, lint, fix } = aLinter()
  write('FROM python:3.11-slim\nHEALTHCHECK CMD curl -f http://localhost:8000\n', 'Dockerfile')

  for (let seed = 1; seed <= 300; seed += 1) {
    write(wildComposeFile(seed))
    const linted = await lint()
    isSound(linted)
    expect(linted.findings.map(({ rule }) => rule)).not.toContain('T001')
    if (seed % 10 === 0) expect((await fix()).findings.map(({ rule }) => rule)).not.toContain('T001')
  }
})
