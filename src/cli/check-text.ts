import type { CheckAttempt } from '../deploy/record.ts'
import { lastLineOf } from '../deploy/words.ts'
import { oneLine } from '../text/one-line.ts'
import { withoutTags } from '../text/plain-page.ts'
import { withoutRuntimeWords } from '../text/runtime-words.ts'
import { duration } from './amounts.ts'

/** One attempt of a health check: how it ended, how long it took, what it said. */
export function checkText(attempt: CheckAttempt): string {
  const said = checkSaid(attempt.output, 300)
  return `${exitText(attempt)} after ${duration(attempt.ms)}${said === '' ? '' : `: ${said}`}`
}

/** The engine records -1 for what did not end by itself, or did not even begin. */
export function exitText({ exit, output }: Pick<CheckAttempt, 'exit' | 'output'>): string {
  if (exit !== -1) return `exit code ${exit}`
  return `exit code -1 (${/^Health check exceeded timeout/.test(output) ? 'it took too long and was ended' : 'its program could not be run'})`
}

/** The last line of what a check printed that says something, its useful part first; at most `max` characters. */
export function checkSaid(output: string, max: number): string {
  return oneLine(withoutTags(withoutRuntimeWords(lastLineOf(output))), max)
}
