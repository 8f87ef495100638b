import { calledIn } from '../deploy/command/programs.ts'
import type { Service } from './model.ts'
import { undollar } from './model-text.ts'
import type { Studied } from './study.ts'

/** What a service is seen to call: its command over its image's, and its check. */
export function programsOf({ service, image, check }: Pick<Studied, 'service' | 'image' | 'check'>): string[] {
  const { entrypoint, command } = service as Service & { entrypoint?: unknown; command?: unknown }
  const [own, entry] = [wordsOf(command), wordsOf(entrypoint)]
  const run = own.length + entry.length > 0 ? [...entry, ...own] : (image?.command ?? [])
  return [...new Set([...calledPrograms(run), ...programsOfCheck(check?.test ?? [])])]
}

function wordsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map((word) => undollar(String(word))) : []
}

/**
 * The programs that a command line calls, as far as it can be seen without running it, `sudo` and what it runs alike. A word that is only an
 * argument (`redis-cli ping`) is none, nor is one in quotes.
 */
export function calledPrograms(command: readonly string[]): string[] {
  return calledIn({ form: 'exec', argv: [...command] })
}

/** Of a check as the engine has it: CMD and its words, or CMD-SHELL and a line. */
export function programsOfCheck([how, ...words]: readonly string[]): string[] {
  return how === 'CMD-SHELL' ? calledIn({ form: 'shell', argv: words.slice(0, 1) }) : how === 'CMD' ? calledPrograms(words) : []
}
