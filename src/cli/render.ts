import { type Mark, markOf } from './phase.ts'
import { fitted, foreign, type Piece, paint, piece, type Style, widthOf, wrap } from './pieces.ts'
import type { Progress } from './progress.ts'
import { type Row, rowsOf } from './rows.ts'

/** Durations end here, in the middle of a wide terminal: an eye finds them near the text. */
const margin = 66
const indent = 12
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
  const rows = rowsOf(progress).flatMap((row) => drawn(row, marks[markOf(row.title, progress)], columns))
  const notices = progress.notices.filter(({ rule }) => rule !== 'fast_start').map(({ text }) => [piece('! ', 'yellow'), foreign(text)])
  return [title(progress), ...rows, ...notices].map((line) => paint(fitted(line, columns), color))
}

function title({ name, revision, kind }: Progress): Piece[] {
  return [foreign(name, 'bold'), piece(` · revision ${revision} · ${kind}`)]
}

function drawn({ title, items, took }: Row, mark: Piece, columns: number): Piece[][] {
  const style: Style | null = mark.style === 'dim' ? 'dim' : null
  const [first = [], ...others] = wrap(items, Math.max(1, columns - indent), mostLines)
  const alone = first.length === 0 && took === ''
  const head = [mark, piece(` ${alone ? title : title.padEnd(indent - 2)}`, style), ...first]
  return [withDuration(head, took, columns), ...others.map((line) => [piece(' '.repeat(indent)), ...line])]
}

/** At the margin where there is room, else behind the text, which then is cut. */
function withDuration(line: Piece[], took: string, columns: number): Piece[] {
  if (took === '') return line
  const kept = fitted(line, Math.max(0, columns - took.length - 3))
  const gap = Math.max(3, Math.min(margin, columns) - widthOf(kept) - took.length)
  return [...kept, piece(' '.repeat(gap)), piece(took, 'dim')]
}
