import { styleText } from 'node:util'
import stringWidth from 'string-width'
import { oneLine } from '../text/one-line.ts'

export type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold'

/** A run of text in one style. */
export interface Piece {
  text: string
  style: Style | null
}

export function piece(text: string, style: Style | null = null): Piece {
  return { text, style }
}

/** Text of others as a piece: on one line and of bounded length. */
export function foreign(text: string, style: Style | null = null): Piece {
  return { text: oneLine(text, 300), style }
}

export function widthOf(pieces: Piece[]): number {
  return pieces.reduce((sum, { text }) => sum + stringWidth(text), 0)
}

/** At most `columns` wide, cut with "…". */
export function fitted(pieces: Piece[], columns: number): Piece[] {
  if (widthOf(pieces) <= columns) return pieces
  if (columns < 1) return []
  const kept: Piece[] = []
  let left = columns - 1
  for (const { text, style } of pieces) {
    const part = beginning(text, left)
    kept.push({ text: part, style })
    left -= stringWidth(part)
    if (part !== text) break
  }
  return [...kept, piece('…', kept.at(-1)?.style ?? null)]
}

function beginning(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text
  let part = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(part + segment) > columns) break
    part += segment
  }
  return part
}

/** Items in lines, three spaces between them; an item wider than a line is cut. More than `most` lines: the rest is counted. */
export function wrap(items: Piece[][], columns: number, most: number): Piece[][] {
  const lines: Piece[][] = []
  for (const [at, item] of items.entries()) {
    const line = lines.at(-1)
    if (line && widthOf(line) + 3 + widthOf(item) <= columns) line.push(piece('   '), ...item)
    else if (lines.length < most) lines.push(fitted(item, columns))
    else return [...lines.slice(0, -1), withRest(lines.at(-1) ?? [], items.length - at, columns)]
  }
  return lines.map((line) => fitted(line, columns))
}

/**
 * A text of one line, in lines of whole words; a word that is wider than a line has one to itself, and what stands in backticks is one word: it
 * is there to be copied, and a line end in it would be copied as well.
 */
export function byWords(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const [, space = '', word = ''] of text.matchAll(/( *)((?:`[^`]*`|[^ ])+)/g)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)}${space}${word}`
    if (lines.length === 0 || stringWidth(longer) > columns) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines.length === 0 ? [''] : lines
}

function withRest(line: Piece[], count: number, columns: number): Piece[] {
  const rest = [piece(`   and ${count} more`, 'dim')]
  return fitted([...fitted(line, Math.max(0, columns - widthOf(rest))), ...rest], columns)
}

export function paint(pieces: Piece[], color: boolean): string {
  return pieces.map(({ text, style }) => (color && style ? styleText(style, text, { validateStream: false }) : text)).join('')
}
