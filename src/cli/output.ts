import { cleanText } from '../text/clean.ts'
import { scrubReplacer } from '../text/scrub-value.ts'
import { createScrubber, type Scrubber } from '../text/scrubber.ts'
import { namedSecrets } from '../text/secret-variables.ts'
import { joinSecrets, noSecrets, type Secrets } from '../text/secrets.ts'
import { wrapped } from './wrapped.ts'

let known: Secrets = noSecrets
let scrubber: Scrubber = createScrubber(known)

/** What this command was given and must not show: of variables those that are secrets by their names. */
export function neverShow(values: Record<string, string>): void {
  known = joinSecrets(known, namedSecrets(values))
  scrubber = createScrubber(known)
}

/** Every text of a command goes through here on its way to the terminal, a pipe or a file. */
export function shown(text: string): string {
  return scrubber.text(text)
}

/** Data: stdout. */
export function print(text: string): void {
  process.stdout.write(`${shown(cleanText(text))}\n`)
}

/** A report for people on stdout: at a terminal by whole words. */
export function printText(lines: string[]): void {
  for (const line of lines) process.stdout.write(`${wrapped(shown(line), process.stdout)}\n`)
}

/** What a person is told on the way: stderr. */
export function say(text: string): void {
  process.stderr.write(`${wrapped(shown(text), process.stderr)}\n`)
}

/** One document for a program. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value)}\n`)
}

export function jsonText(value: unknown): string {
  return escaped(JSON.stringify(value, scrubReplacer(scrubber), 2))
}

/** One of many documents, a line each. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${jsonLine(value)}\n`)
}

export function jsonLine(value: unknown): string {
  return escaped(JSON.stringify(value, scrubReplacer(scrubber)))
}

/** JSON itself escapes only C0. */
function escaped(json: string): string {
  return json.replace(/[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
