import { createEdgeLook, createFinder, type Finder, type Form, type Found } from './find-forms.ts'
import { formsOf } from './secret-forms.ts'
import { hideForms } from './secret-looks.ts'
import type { Secrets } from './secrets.ts'

/** Hides what it knows by value, and what looks like a secret by its form. */
export interface Scrubber {
  text(text: string): string
  /** Of a longer one: the values alone, not what only looks like a secret. */
  values(text: string): string
}

/** A piece of a secret at the edge of a line or text: shorter ones give nothing away, and are part of too much else. */
const leastPiece = 8
/** Where a text was most likely cut, shorter ones count too. */
const leastAtCut = 4
/** A shorter line of a secret may be anything. */
const leastLine = 8
const mostLines = 200
/** Text of that length was most likely cut: by the engine (4096 bytes of a health check, Docker 26.1.5) or by us. */
const likelyCut = 4000
/** Lines are put together again, to find what was broken over them, in texts up to this long. */
const mostJoined = 64 * 1024

interface Known extends Form {
  /** whole; or of a longer form its beginning or its end, which counts at an edge alone. */
  is: 'whole' | 'beginning' | 'end'
  form: string
}

/**
 * A scrubber for these secrets. Each is found as it is, quoted, in a URL, in base64 and in hex, broken over lines, and at an edge where
 * it was cut. Compiled once: a line costs the same for one secret as for many.
 */
export function createScrubber(secrets: Secrets): Scrubber {
  const wholes = [...secrets]
    .flatMap(([value, name]) => [value, ...linesOf(value)].map((each) => [name, each] as const))
    .flatMap(([name, value]) => formsOf(value).map((text) => ({ text, name: plain(name) })))
    .toSorted((a, b) => b.text.length - a.text.length)
  const finder = createFinder(wholes.flatMap(knownOf))
  const whole = createFinder(wholes)
  const long = wholes.filter(({ text }) => text.length > leastPiece)
  const isAtEdge = createEdgeLook(long)
  // Most lines of most logs: with a blank they are no line of a key, and without an edge of their own a piece stands at the first or last letter.
  const isSpared = (text: string) => text.length < likelyCut && !innerEdge.test(text) && text.includes(' ') && !isAtEdge(text) && !whole.has(text)
  const originals = [...secrets.keys()].filter(({ length }) => length <= likelyCut)
  const values = (text: string) => {
    if (wholes.length === 0 || isSpared(text)) return text
    const isLine = !text.includes('\n')
    const found = (finder.has(text) ? foundIn(text, finder) : []).concat(!isLine && text.length <= mostJoined ? brokenOverLines(text, finder) : [])
    const hidden = found.length === 0 ? text : replaced(text, found)
    // Of a single line the first blank tells, much faster than the expression.
    const open = isLine && text.includes(' ') ? hidden : withoutLines(hidden, long)
    return text.length < likelyCut ? open : originals.reduce(withoutPieces, open)
  }
  return { values, text: (text) => hideForms(values(text)) }
}

/** Of several lines each is printed by itself. */
function linesOf(value: string): string[] {
  const lines = value.includes('\n') ? value.split('\n').map((line) => line.trim()) : []
  return lines.filter((line) => line.length >= leastLine && !/^-----(BEGIN|END) /.test(line)).slice(0, mostLines)
}

/** A marker is read by people, and stands in JSON. */
function plain(name: string): string {
  return name.replace(/[^\w ,.-]/g, '').slice(0, 80)
}

function knownOf(whole: Form): Known[] {
  const { text, name } = whole
  const known: Known[] = [{ ...whole, is: 'whole', form: text }]
  if (text.length <= leastPiece) return known
  return [...known, { text: text.slice(0, leastPiece), name, is: 'beginning', form: text }, { text: text.slice(-leastPiece), name, is: 'end', form: text }]
}

function foundIn(text: string, finder: Finder<Known>): Found[] {
  const found: Found[] = []
  finder.each(text, (known, start) => collect(known, start, text, found))
  return found
}

function collect({ is, form, name }: Known, start: number, text: string, found: Found[]): void {
  if (is === 'whole') found.push({ start, end: start + form.length, name })
  else if (is === 'beginning') {
    const end = start + commonBeginning(text, start, form)
    if (end - start < form.length && isEdge(text[end])) found.push({ start, end, name })
  } else {
    const end = start + leastPiece
    const begin = end - commonEnd(text, end, form)
    if (end - begin < form.length && isEdge(text[begin - 1])) found.push({ start: begin, end, name })
  }
}

const innerEdge = /[\n\r"…]/

/** Nothing, a line's end, the quote of a JSON text, or the mark that we cut with. */
function isEdge(letter: string | undefined): boolean {
  return letter === undefined || letter === '\n' || letter === '\r' || letter === '"' || letter === '…'
}

function commonBeginning(text: string, start: number, form: string): number {
  let length = leastPiece
  while (length < form.length && text[start + length] === form[length]) length += 1
  return length
}

function commonEnd(text: string, end: number, form: string): number {
  let length = leastPiece
  while (length < form.length && length < end && text[end - length - 1] === form[form.length - length - 1]) length += 1
  return length
}

/** As `base64` and terminals wrap it: without the line ends it is whole. */
function brokenOverLines(text: string, finder: Finder<Known>): Found[] {
  const breaks: { at: number; skipped: number }[] = []
  let skipped = 0
  const joined = text.replace(/\r?\n[ \t]*/g, (found, at: number) => {
    breaks.push({ at: at - skipped, skipped: skipped + found.length })
    skipped += found.length
    return ''
  })
  const whole: Found[] = []
  finder.each(joined, ({ is, form, name }, start) => {
    const end = start + form.length
    // Short ones come about by chance where two words meet.
    if (is !== 'whole' || form.length < leastPiece || !breaks.some(({ at }) => at > start && at < end)) return
    whole.push({ start: originalOf(start, breaks, true), end: originalOf(end, breaks, false), name })
  })
  return whole
}

/** Where a place of the joined text was: what begins at a break begins after it, what ends there ends before it. */
function originalOf(place: number, breaks: { at: number; skipped: number }[], begins: boolean): number {
  return place + (breaks.findLast(({ at }) => (begins ? at <= place : at < place))?.skipped ?? 0)
}

/** Those that overlap are hidden as one, so that no end of either is left. */
function replaced(text: string, found: Found[]): string {
  let result = ''
  let done = 0
  let open: Found | null = null
  for (const each of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (open !== null && each.start < open.end) open.end = Math.max(open.end, each.end)
    else {
      if (open !== null) {
        result += `${text.slice(done, open.start)}<${open.name}>`
        done = open.end
      }
      open = { ...each }
    }
  }
  return open === null ? text : `${result}${text.slice(done, open.start)}<${open.name}>${text.slice(open.end)}`
}

/** A line that is nothing but the middle of a secret: of a long key that was printed line by line. */
function withoutLines(text: string, forms: Form[]): string {
  if (forms.length === 0) return text
  return text.replace(/^[^\s<>]{16,}$/gm, (line) => {
    const form = forms.find((each) => each.text.length > line.length && each.text.includes(line))
    return form === undefined ? line : `<${form.name}>`
  })
}

/** Where a text was cut in the middle of a secret, its piece stands at an edge. */
function withoutPieces(text: string, secret: string): string {
  let result = text
  for (let length = secret.length - 1; length >= leastAtCut; length -= 1) {
    if (result.endsWith(secret.slice(0, length))) result = result.slice(0, -length)
    if (result.startsWith(secret.slice(-length))) result = result.slice(length)
  }
  return result
}
