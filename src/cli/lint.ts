import { stat } from 'node:fs/promises'
import { readConfig } from '../config.ts'
import { createSchemaCheck } from '../extension/schema-check.ts'
import { findSubjects } from '../lint/find-subjects.ts'
import { type Linted, lintAll } from '../lint/lint.ts'
import { pageOf } from '../lint/page.ts'
import { jsonReport } from '../lint/report/json.ts'
import { sarifReport } from '../lint/report/sarif.ts'
import { exitCode, toldSeverities, type Wanted } from '../lint/report/summary.ts'
import type { Severity } from '../lint/rule.ts'
import { ruleOf, rules } from '../lint/rules.ts'
import { rememberingLook } from '../lint/see/remembering-look.ts'
import { oneLine } from '../text/one-line.ts'
import { ownVersion } from '../version.ts'
import { usageError } from './cli-error.ts'
import { interruptSignal } from './interrupt.ts'
import { imageLook } from './lint-images.ts'
import { textReport } from './lint-text.ts'
import { printJson, shown } from './output.ts'
import { paint } from './pieces.ts'
import { table } from './table.ts'
import { terminalPage } from './terminal-page.ts'

interface Options {
  severity: Severity
  maxWarnings?: number
  fix?: boolean
  images: boolean
  json?: boolean
  sarif?: boolean
  rules?: boolean
  explain?: string
}

export async function lint(paths: string[], options: Options): Promise<number> {
  if (options.rules || options.explain !== undefined) return printRules(options)
  if (options.json && options.sarif) throw usageError('--json and --sarif are two forms of one document.', 'Ask for one of them.')
  const config = readConfig()
  const subjects = await subjectsOf(paths.length === 0 ? ['.'] : paths)
  const images = options.images ? await imageLook(config) : null
  const tools = { config, schema: createSchemaCheck(), look: rememberingLook(), images, cwd: process.cwd() }
  const linted = await lintAll(subjects, tools, options.fix ? toldSeverities(options.severity) : null, interruptSignal())
  const wanted: Wanted = { severity: options.severity, maxWarnings: options.maxWarnings ?? null }
  await print(linted, wanted, options)
  return exitCode(linted, wanted)
}

async function subjectsOf(paths: string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const said = oneLine(path, 200)
    if ((await stat(path).catch(() => null)) === null) throw usageError(`There is no ${said}.`, 'Name a folder or a Compose file.')
    const subjects = await findSubjects(path)
    if (subjects.length === 0) throw usageError(`There is no Compose file in ${said} or below.`, 'Name a folder that has one, or the file itself.')
    found.push(...subjects)
  }
  return found
}

async function print(linted: Linted, wanted: Wanted, { json, sarif }: Options): Promise<void> {
  if (json) printJson(jsonReport(linted, wanted))
  else if (sarif) printJson(sarifReport(linted, wanted, { version: await ownVersion(), cwd: process.cwd() }))
  else {
    const { isTTY, columns } = process.stdout
    const color = isTTY === true && process.stdout.hasColors()
    for (const line of textReport(linted, wanted, isTTY ? columns : 100, isTTY)) process.stdout.write(`${shown(paint(line, color))}\n`)
  }
}

function printRules({ explain, json }: Options): number {
  const rule = explain === undefined ? null : ruleOf(explain.toUpperCase())
  if (rule === undefined) throw usageError(`There is no rule ${oneLine(explain ?? '', 80)}.`, '`torii lint --rules` lists them all.')
  if (json) printJson(rule ?? { rules })
  else if (rule !== null) process.stdout.write(terminalPage(pageOf(rule)))
  else
    for (const line of table(
      ['RULE', 'NAME', 'SEVERITY', 'FOUND'],
      rules.map(({ id, name, severity, title }) => [id, name, severity, title]),
    ))
      process.stdout.write(`${line}\n`)
  return 0
}
