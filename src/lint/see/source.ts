/** A text of the extension. */
export interface Source {
  /** For people: its path from where they are. */
  label: string
  path: string
  text: string
}

/** A stretch of a source; offsets in UTF-16 units, as JavaScript and SARIF count them. */
export interface Place {
  source: Source
  start: number
  end: number
}

/** Both from 1. */
export interface Position {
  line: number
  column: number
}

const known = new WeakMap<Source, number[]>()

export function positionOf(source: Source, offset: number): Position {
  const starts = lineStarts(source)
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}

export function offsetOf(source: Source, { line, column }: Position): number {
  return Math.min((lineStarts(source)[line - 1] ?? source.text.length) + column - 1, source.text.length)
}

/** One line without its end; '' where there is none. */
export function lineOf(source: Source, line: number): string {
  const start = lineStarts(source)[line - 1]
  if (start === undefined) return ''
  return source.text.slice(start, lineStarts(source)[line] ?? source.text.length).replace(/\r?\n$/, '')
}

/** Where something stands that is about the file as a whole: its first line. */
export function beginning(source: Source): Place {
  return { source, start: 0, end: lineOf(source, 1).length }
}

/** A part of what stands somewhere, found by its own words; the whole place when it is not written like that. */
export function partOf(place: Place, words: string): Place {
  const at = place.source.text.slice(place.start, place.end).indexOf(words)
  return at < 0 || words === '' ? place : { source: place.source, start: place.start + at, end: place.start + at + words.length }
}

export function textAt({ source, start, end }: Place): string {
  return source.text.slice(start, end)
}

function lineStarts(source: Source): number[] {
  const before = known.get(source)
  if (before !== undefined) return before
  const starts = [0]
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1)
  known.set(source, starts)
  return starts
}
