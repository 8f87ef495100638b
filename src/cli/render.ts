import { type Mark, markOf } from './phase.ts'
import { byWords, fitted, foreign, type Piece, paint, piece, type Style, widthOf, wrap } from './pieces.ts'
import type { Progress } from './progress.ts'
import { type Row, rowsOf } from './rows.ts'

/** Durations end here, in the middle of a wide terminal, where no text is longer: an eye finds them near it. */
const margin = 66
const indent = 12
/** Before a duration, at least. */
const gap = 3
/** More would push the picture out of a small window. */
const mostLines = 3

const marks: Record<Mark, Piece> = {
  done: piece('✔', 'green'),
  active: piece('●', 'yellow'),
  ahead: piece('○', 'dim'),
  failed: piece('✘', 'red'),
}

/** The picture of one revision: a title, a row a phase, notices. No line is wider than `columns`. */
export function render(progress: Progress, columns: number, color: boolean): string[] {
  const laidOut = rowsOf(progress).map((row) => ({ took: row.took, lines: drawn(row, marks[markOf(row.title, progress)], columns) }))
  const edge = Math.min(columns, Math.max(margin, ...laidOut.map(({ lines: [head = []], took }) => (took === '' ? 0 : widthOf(head) + gap + took.length))))
  const rows = laidOut.flatMap(({ lines: [head = [], ...others], took }) => [withDuration(head, took, edge), ...others])
  const notices = progress.notices.filter(({ rule }) => isShown(rule, progress)).flatMap(({ text }) => notice(text, columns))
  return [title(progress), ...rows, ...notices].map((line) => paint(fitted(line, columns), color))
}

/** What stands in a row is no notice; what goes on is shown as long as it does. */
function isShown(rule: string | undefined, { containers, state }: Progress): boolean {
  return rule === 'stopping' ? state === 'REQUESTED' && containers.every(({ startedAt }) => startedAt === null) : rule !== 'fast_start'
}

/** Whole, in as many lines as it takes. */
function notice(text: string, columns: number): Piece[][] {
  const lines = byWords(foreign(text).text, columns - 2)
  return lines.map((line, at) => [at === 0 ? piece('! ', 'yellow') : piece('  '), piece(line)])
}

function title({ name, revision, kind }: Progress): Piece[] {
  return [foreign(name, 'bold'), piece(` · revision ${revision} · ${kind}`)]
}

function drawn({ title, items, took }: Row, mark: Piece, columns: number): Piece[][] {
  const style: Style | null = mark.style === 'dim' ? 'dim' : null
  const [first = [], ...others] = wrap(items, Math.max(1, columns - indent - (took === '' ? 0 : took.length + gap)), mostLines)
  const alone = first.length === 0 && took === ''
  const head = [mark, piece(` ${alone ? title : title.padEnd(indent - 2)}`, style), ...first]
  return [head, ...others.map((line) => [piece(' '.repeat(indent)), ...line])]
}

/** All durations of a picture end at the same column. */
function withDuration(line: Piece[], took: string, edge: number): Piece[] {
  if (took === '') return line
  const kept = fitted(line, Math.max(0, edge - took.length - gap))
  const room = Math.max(gap, edge - widthOf(kept) - took.length)
  return [...kept, piece(' '.repeat(room)), piece(took, 'dim')]
}
