import { cleanText } from '../text/clean.ts'
import { wrapped } from './wrapped.ts'

/** Data: stdout. */
export function print(text: string): void {
  process.stdout.write(`${cleanText(text)}\n`)
}

/** A report for people on stdout: at a terminal by whole words. */
export function printText(lines: string[]): void {
  for (const line of lines) process.stdout.write(`${wrapped(line, process.stdout)}\n`)
}

/** What a person is told on the way: stderr. */
export function say(text: string): void {
  process.stderr.write(`${wrapped(text, process.stderr)}\n`)
}

/** One document for a program. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`)
}

export function jsonText(value: unknown): string {
  return escaped(JSON.stringify(value, null, 2))
}

/** One of many documents, a line each. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${jsonLine(value)}\n`)
}

export function jsonLine(value: unknown): string {
  return escaped(JSON.stringify(value))
}

/** JSON itself escapes only C0. */
function escaped(json: string): string {
  return json.replace(/[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
