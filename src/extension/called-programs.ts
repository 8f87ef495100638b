import { basename } from 'node:path'
import type { Service } from './model.ts'
import { undollar } from './model-text.ts'
import type { Studied } from './study.ts'

const shells = new Set(['sh', 'bash', 'ash', 'dash'])

/** Where a shell begins another command. */
const between = /[;&|()\n`{}!]|\b(?:do|then|else|elif|until|while|if|exec|time)\b/

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
 * The programs that a command line calls, as far as it can be seen without running it: its first word, and of a shell's line the first word
 * of each command. A word that is only an argument (`redis-cli ping`) is none.
 */
export function calledPrograms(command: readonly string[]): string[] {
  const [program = '', ...words] = command
  const name = basename(program)
  if (!shells.has(name)) return name === '' ? [] : [name]
  const at = words.findIndex((word) => /^-[a-z]*c$/.test(word))
  return [name, ...(at < 0 ? [] : programsOfLine(words[at + 1] ?? ''))]
}

/** Of a check as the engine has it: CMD and its words, or CMD-SHELL and a line. */
export function programsOfCheck([how, ...words]: readonly string[]): string[] {
  return how === 'CMD-SHELL' ? programsOfLine(words[0] ?? '') : how === 'CMD' ? calledPrograms(words) : []
}

function programsOfLine(line: string): string[] {
  return line.split(between).flatMap((part) => {
    const [word = ''] = part.trim().split(/\s+/)
    const name = basename(word)
    return name === '' ? [] : [name]
  })
}
