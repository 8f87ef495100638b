import stringWidth from 'string-width'
import { cleanText } from '../text/clean.ts'
import { byWords } from './pieces.ts'

/** What follows the first line of a paragraph stands so much further in than it; columns. */
const hanging = 2
/** In a narrower terminal there is nothing to gain. */
const narrowest = 40

/** Where lines go, as far as their layout needs it. */
interface Target {
  isTTY?: boolean
  columns?: number
}

/** Lines for people: whole words at a terminal; as they are into a pipe or a file. */
export function wrapped(text: string, { isTTY, columns = 80 }: Target): string {
  const lines = cleanText(text).split('\n')
  if (isTTY !== true || columns < narrowest) return lines.join('\n')
  return lines.flatMap((line) => paragraph(line, columns)).join('\n')
}

function paragraph(line: string, columns: number): string[] {
  if (stringWidth(line) <= columns) return [line]
  const indent = /^ */.exec(line)?.[0] ?? ''
  const [first = '', ...others] = byWords(line.slice(indent.length), columns - indent.length - hanging)
  return [`${indent}${first}`, ...others.map((each) => `${indent}${' '.repeat(hanging)}${each}`)]
}
