import { counted } from '../deploy/words.ts'
import type { Found } from '../lint/finding.ts'
import type { Linted } from '../lint/lint.ts'
import { counts, toldFindings, type Wanted } from '../lint/report/summary.ts'
import type { Severity } from '../lint/rule.ts'
import { byWords, foreign, type Piece, piece, type Style, widthOf } from './pieces.ts'

const styles = { error: 'red', warning: 'yellow', info: 'dim' } as const satisfies Record<Severity, Style>
const indent = '    '

/** What was found, by file, and a line that sums it up. At a terminal no line is wider than `columns`; elsewhere what was found keeps one line. */
export function textReport(linted: Linted, wanted: Wanted, columns: number, isTerminal = false): Piece[][] {
  const told = toldFindings(linted, wanted)
  const files = [...new Set(told.map(({ file }) => file))]
  const said = new Set<string>()
  const sections = files.flatMap((file) => [
    [foreign(file, 'bold')],
    ...told.filter((found) => found.file === file).flatMap((found) => ofFinding(found, said, { columns, isTerminal })),
    [],
  ])
  return [...changesOf(linted), ...sections, ...summary(linted, wanted, told), ...more(told)]
}

function more([first]: Found[]): Piece[][] {
  if (first === undefined) return []
  return [[piece(`\`torii lint --explain ${first.rule}\` says more; \`# torii: ignore ${first.rule} (why)\` on its line silences it.`, 'dim')]]
}

/** Why, and what to do, is said once. */
function ofFinding(found: Found, said: Set<string>, { columns, isTerminal }: { columns: number; isTerminal: boolean }): Piece[][] {
  const { rule, why, fix, fixable } = found
  const width = Math.max(40, Math.min(columns, 120) - indent.length - 5)
  const isNew = (words: string) => !said.has(words) && said.add(words)
  return [
    ...headOf(found, isTerminal ? columns : Number.POSITIVE_INFINITY),
    ...(isNew(`${rule} ${why}`) ? paragraph('why', why, width) : []),
    ...(isNew(`${rule} ${fix}`) ? paragraph('fix', `${fix}${fixable ? ' (--fix does it)' : ''}`, width) : []),
  ]
}

/** Where, how bad, what; what has no room goes on below itself. */
function headOf({ line, column, severity, rule, service, alsoIn, message }: Found, columns: number): Piece[][] {
  const about = [service, ...alsoIn].filter((name) => name !== null).join(', ')
  const before = [piece(`  ${`${line}:${column}`.padEnd(7)} `, 'dim'), piece(severity.padEnd(7), styles[severity]), piece(` ${rule} `, 'dim')]
  const room = Math.max(20, columns - widthOf(before))
  const words = byWords(foreign(about === '' ? message : `${about}: ${message}`).text, room)
  return words.map((part, at) => (at === 0 ? [...before, piece(part)] : [piece(' '.repeat(widthOf(before))), piece(part)]))
}

/** "why  …" with what follows below it. */
function paragraph(label: string, text: string, width: number): Piece[][] {
  return byWords(text, width).map((line, index) => [
    piece(`${indent}${(index === 0 ? label : '').padEnd(5)}`, 'dim'),
    piece(line, label === 'why' ? 'dim' : null),
  ])
}

function changesOf({ changes }: Linted): Piece[][] {
  return changes.flatMap(({ file, line, rule, before, after }) => [
    [foreign(`${file}:${line}`, 'bold'), piece(` ${rule} fixed`, 'dim')],
    ...before.map((text) => [piece('  - ', 'red'), exact(text)]),
    ...after.map((text) => [piece('  + ', 'green'), exact(text)]),
    [],
  ])
}

/** A line of a file with its own spaces. */
function exact(text: string): Piece {
  const { text: clean, style } = foreign(text)
  return { text: `${/^ */.exec(text)?.[0] ?? ''}${clean}`, style }
}

function summary(linted: Linted, { severity, maxWarnings }: Wanted, told: Found[]): Piece[][] {
  const { error, warning, info, silenced } = counts(linted)
  const parts = [...(error > 0 ? [counted(error, 'error')] : []), ...(warning > 0 ? [counted(warning, 'warning')] : []), ...(info > 0 ? [`${info} info`] : [])]
  const what = `${counted(linted.extensions, 'extension')}, ${counted(linted.files, 'file')}`
  const hidden = error + warning + info - told.length
  const fixable = told.filter((found) => found.fixable).length
  const notes = [
    ...(linted.changes.length > 0 ? [`${counted(linted.changes.length, 'fix', 'fixes')} made`] : []),
    ...(hidden > 0 ? [`${hidden} not shown (--severity ${severity === 'error' && warning > 0 ? 'warning' : 'info'})`] : []),
    ...(silenced > 0 ? [`${silenced} silenced`] : []),
    ...(fixable > 0 ? [`--fix can do ${fixable}`] : []),
    ...(maxWarnings !== null && warning > maxWarnings ? [`more than ${counted(maxWarnings, 'warning')}`] : []),
  ]
  const style = error > 0 ? 'red' : warning > 0 ? 'yellow' : 'green'
  return [[piece(parts.length === 0 ? 'Nothing found' : parts.join(', '), style), piece(` in ${what}${notes.length === 0 ? '' : `; ${notes.join(', ')}`}.`)]]
}
