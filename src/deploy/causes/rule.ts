import { oneLine } from '../../text/one-line.ts'
import type { Case } from './case.ts'

/** What a rule found. */
export interface Found {
  /** One clause that is true by itself, without a full stop. */
  clause: string
  /**
   * What to write, and where, as it stands. What the evidence cannot know is left to the reader, in words that nobody takes for a value: N of
   * a port, `the-value`, `/a-path-that-answers`.
   */
  fix: string
  evidence: string[]
  /** Proved by sockets, exit codes, the engine's words or the last lines printed (docs/decisions/ranking-of-causes.md); it speaks alone. */
  sure: boolean
  /** What would tell it from other causes that fit as well. */
  tellsApart?: string
  /** The clause goes on after what was seen instead of before it: "404 on /" + "while /health answers 200". */
  after?: boolean
  /** What was seen in fewer words, in its place. */
  short?: string
  /** What was seen says it already: the clause stands only in the list of causes. */
  quiet?: boolean
  /** What is wrong, in place of the reason's own words: the sentence of `app_refused` says "nothing listens where web should". */
  headline?: string
  /** True, and not yet the reason: where a deeper cause is likely, it is said behind this one. */
  symptom?: boolean
  /** It explains a symptom: its clause reads well behind "most likely because". */
  deeper?: boolean
  /** The clause tells what was seen and names no cause. */
  plain?: boolean
}

export interface Rule {
  /** Lower case with dashes; never given to another rule. */
  id: string
  /** When it is found: a clause for the page of causes. */
  about: string
  /** It speaks only where no other rule does. */
  last?: true
  find(seen: Case): Found | null
}

/** Where in the Compose file, and what to write there. */
export function write(service: string, place: string, line: string): string {
  return `In the Compose file, under \`services: ${service}:${place === '' ? '' : ` ${place}`}\`, write \`${line}\``
}

/** A health check as the Compose file has it; a dollar is doubled there. */
export function testLine(form: 'CMD' | 'CMD-SHELL', words: string[]): string {
  return `test: ${JSON.stringify([form, ...words])
    .replaceAll('$', '$$$$')
    .replaceAll('","', '", "')}`
}

export function writeCheck(service: string, line: string): string {
  return write(service, 'healthcheck:', line)
}

/** One line of what was seen, short. */
export function quote(text: string, max = 200): string {
  return oneLine(text, max)
}

/** What the last line that matches has: of two tries the later one counts. */
export function lastMatch(lines: string[], pattern: RegExp): RegExpExecArray | null {
  const line = lines.findLast((each) => pattern.test(each))
  return line === undefined ? null : pattern.exec(line)
}

/** The first line that matches, shortened. */
export function lineWith(text: string, pattern: RegExp): string {
  return quote(text.split('\n').find((line) => pattern.test(line)) ?? '')
}
