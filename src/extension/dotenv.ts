import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { dict } from './model-text.ts'

const name = /^[A-Za-z_][A-Za-z0-9_.-]*$/
/** Would steer Compose or the client instead of the extension (facts/compose-attacks.json: dotenv-*). */
const steering = /^(COMPOSE|DOCKER)_/

/**
 * The values of a .env file. Understood: comments, `export`, bare, 'single' and "double" quoted values, quoted values over
 * several lines, and \n \r \t \" \\ \$ inside double quotes. Nothing is interpolated: `$X` stays `$X`, also bare and in double quotes.
 * A name without `=` is left out: it would ask for a variable of Torii's own environment.
 */
export function parseDotenv(text: string, fileName: string): Record<string, string> {
  const values: [string, string][] = []
  let rest = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  let line = 1
  while (rest !== '') {
    const entry = entryOf(rest, `${fileName}: line ${line}`)
    if (entry.value !== null && !steering.test(entry.name)) values.push([entry.name, entry.value])
    line += newlines(rest.slice(0, entry.length))
    rest = rest.slice(entry.length)
  }
  return dict(values)
}

/** The same without names that would steer Compose, and which those were; refuses names that no environment can hold. */
export function withoutSteering(env: Record<string, string>): { env: Record<string, string>; dropped: string[] } {
  const entries = Object.entries(env)
  const bad = entries.find(([key, value]) => !name.test(key) || value.includes('\0'))
  if (bad) throw new DeployError('compose_invalid', `"${cleanText(bad[0], { max: 80 })}" cannot be a variable: ${variableRule}`)
  return { env: dict(entries.filter(([key]) => !steering.test(key))), dropped: entries.map(([key]) => key).filter((key) => steering.test(key)) }
}

const variableRule = 'a name has letters, digits, `_`, `.` and `-` and does not begin with a digit, and a value has no NUL'

interface Entry {
  name: string
  /** null: nothing is set here. */
  value: string | null
  /** Characters used up, with the line's end. */
  length: number
}

function entryOf(rest: string, at: string): Entry {
  const blank = /^[ \t]*(#[^\n]*)?(\n|$)/.exec(rest)
  if (blank) return { name: '', value: null, length: blank[0].length }
  const head = /^[ \t]*(?:export[ \t]+)?([^\s=#'"]+)[ \t]*(=[ \t]*|(?=\n|$|#))/.exec(rest)
  const key = head?.[1] ?? ''
  if (!head || !name.test(key)) throw invalid(at, 'it should be NAME=value')
  const after = rest.slice(head[0].length)
  const value = head[2]?.startsWith('=') ? assignedValue(after, at) : { text: null, length: lineLength(after) }
  if (value.text?.includes('\0')) throw invalid(at, 'the value contains a NUL')
  return { name: key, value: value.text, length: head[0].length + value.length }
}

function assignedValue(text: string, at: string): { text: string; length: number } {
  if (text.startsWith("'") || text.startsWith('"')) return quoted(text, at)
  const line = text.slice(0, lineLength(text))
  return { text: line.replace(/(^|[ \t])#.*/, '').trim(), length: line.length }
}

function quoted(text: string, at: string): { text: string; length: number } {
  const match = text.startsWith("'") ? /^'([^']*)'/.exec(text) : /^"((?:[^"\\]|\\[\s\S])*)"/.exec(text)
  if (!match) throw invalid(at, 'the quotation mark is never closed')
  const tail = text.slice(match[0].length, match[0].length + lineLength(text.slice(match[0].length)))
  if (!/^[ \t]*(#.*)?\n?$/.test(tail)) throw invalid(at, 'something stands behind the closing quotation mark')
  const inner = match[1] ?? ''
  return { text: text.startsWith("'") ? inner : unescaped(inner), length: match[0].length + tail.length }
}

function unescaped(text: string): string {
  const letters: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' }
  return text.replace(/\\([\s\S])/g, (whole, letter: string) => letters[letter] ?? whole)
}

function lineLength(text: string): number {
  const end = text.indexOf('\n')
  return end < 0 ? text.length : end + 1
}

function newlines(text: string): number {
  return text.split('\n').length - 1
}

function invalid(at: string, why: string): DeployError {
  return new DeployError('compose_invalid', `${at}: ${why}`)
}
