import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { textReport } from '../../../src/cli/lint-text.ts'
import { paint } from '../../../src/cli/pieces.ts'
import { jsonReport } from '../../../src/lint/report/json.ts'
import { sarifReport } from '../../../src/lint/report/sarif.ts'
import { exitCode } from '../../../src/lint/report/summary.ts'
import { built, web } from '../../../src/lint/rules/samples.ts'
import { lintOf } from './makers.ts'
import schema from './sarif/sarif-2.1.0.json' with { type: 'json' }

const warnings = { severity: 'warning', maxWarnings: null } as const
const all = { severity: 'info', maxWarnings: null } as const
const guidesMistake = built(
  'FROM python:3.11-slim',
  'EXPOSE 8000',
  'HEALTHCHECK --interval=10s --start-period=30s CMD curl -f http://localhost:8000/health || exit 1',
)
const drawn = async (sample: Parameters<typeof lintOf>[0], wanted: Parameters<typeof textReport>[1] = warnings, color = false) =>
  textReport(await lintOf(sample), wanted, 100).map((line) => paint(line, color).trimEnd())

describe('for people', () => {
  test('by file, with place, severity, rule, service, why and fix', async () => {
    expect(await drawn(guidesMistake)).toEqual([
      'Dockerfile',
      '  3:51    error   T205 web: python:3.11-slim has no curl as far as is known, and the Dockerfile does not install it',
      '    why  The check can never pass: the log says "curl: not found" or "executable file not found",',
      '         and the container becomes unhealthy however well the app is.',
      '    fix  Ask with what is there, for example',
      `         \`python3 -c "import urllib.request; urllib.request.urlopen('URL')"\`, or install it in the`,
      '         last stage:',
      '         `RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*`.',
      '',
      '1 error, 2 info in 1 extension, 2 files; 2 not shown (--severity info).',
      '`torii lint --explain T205` says more; `# torii: ignore T205 (why)` on its line silences it.',
    ])
  })

  test('at a terminal what was found is broken between words, and goes on below itself', async () => {
    const [, head, more] = textReport(await lintOf(guidesMistake), warnings, 80, true).map((line) => paint(line, false))

    expect(head).toBe('  3:51    error   T205 web: python:3.11-slim has no curl as far as is known, and')
    expect(more).toBe('                       the Dockerfile does not install it')
  })

  test('why is said once', async () => {
    const lines = await drawn('services:\n  a:\n    image: x\n  b:\n    image: y\n')

    expect(lines.filter((line) => line.includes('warning T501'))).toHaveLength(2)
    expect(lines.filter((line) => line.includes('    why'))).toHaveLength(1)
  })

  test('nothing found is one calm line', async () => {
    const clean = web(
      'image: a/b:1',
      'ports: ["80"]',
      'restart: unless-stopped',
      'healthcheck: {test: curl -f http://127.0.0.1, interval: 10s, timeout: 5s, start_period: 30s}',
    )

    expect(await drawn(clean, all)).toEqual(['Nothing found in 1 extension, 1 file.'])
  })

  test('colours only when asked for', async () => {
    expect((await drawn(guidesMistake, warnings, true)).join('')).toContain('\u001b[31merror')
    expect((await drawn(guidesMistake)).join('')).not.toContain('\u001b')
  })
})

describe('the exit code', () => {
  const floating = 'services:\n  a:\n    image: x\n  b:\n    image: y\n'

  test.each([
    ['errors', guidesMistake, null, 3],
    ['warnings', floating, null, 0],
    ['as many warnings as allowed', floating, 2, 0],
    ['more warnings than allowed', floating, 1, 3],
  ])('%s', async (_, sample, maxWarnings, exit) => {
    expect(exitCode(await lintOf(sample), { maxWarnings })).toBe(exit)
  })
})

describe('for programs', () => {
  test('one document with everything a finding has', async () => {
    const report = jsonReport(await lintOf(guidesMistake), warnings)

    expect(report).toMatchObject({ ok: false, extensions: 1, files: 2, counts: { error: 1, warning: 0, info: 2, silenced: 0 }, silenced: [], changes: [] })
    expect(report.findings).toEqual([
      {
        rule: 'T205',
        name: 'tool-missing',
        severity: 'error',
        file: 'Dockerfile',
        line: 3,
        column: 51,
        endLine: 3,
        endColumn: 55,
        service: 'web',
        alsoIn: [],
        message: 'python:3.11-slim has no curl as far as is known, and the Dockerfile does not install it',
        why: expect.stringContaining('never pass'),
        fix: expect.stringContaining('apt-get install -y --no-install-recommends curl'),
        docs: 'docs/lint/T205.md',
        fixable: false,
      },
    ])
  })

  test('SARIF is valid against its schema', async () => {
    const { $schema: _, id: __, ...draft04 } = schema
    const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false }).compile(draft04)
    const linted = await lintOf({ ...guidesMistake, 'compose.yaml': web('build: .', 'container_name: shop # torii: ignore T412') })

    const report = sarifReport(linted, all, { version: '1.2.3', cwd: '/srv/a b' })

    validate(report)
    expect(validate.errors ?? []).toEqual([])
    expect(report.runs[0]?.originalUriBaseIds.SRCROOT.uri).toBe('file:///srv/a%20b/')
    expect(report.runs[0]?.results.find(({ ruleId }) => ruleId === 'T205')).toMatchObject({
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'Dockerfile', uriBaseId: 'SRCROOT' }, region: { startLine: 3, startColumn: 51 } } }],
    })
    expect(report.runs[0]?.results.filter((result) => 'suppressions' in result)).toHaveLength(1)
  })
})
