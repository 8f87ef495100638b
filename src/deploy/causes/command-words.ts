import type { Case } from './case.ts'
import { write } from './rule.ts'
import { listLine } from './variables.ts'

const isShell = (words: string[]) => /^(?:\/bin\/)?(?:ba|da|a)?sh$/.test(words[0] ?? '') && /^-\w*c$/.test(words[1] ?? '') && words.length === 3

/** What a container runs, word by word; of `sh -c "…"` the words of its script. */
export function commandWords({ seen }: Pick<Case, 'seen'>): string[] {
  const words = [...(seen?.facts?.entrypoint ?? []), ...(seen?.facts?.command ?? [])]
  return isShell(words) ? (words[2] ?? '').trim().split(/\s+/) : words
}

/** The same command with more words, as a line of the Compose file; null: it is a script, or its entrypoint stands before it. */
export function withWords(seen: Case, ...more: string[]): string | null {
  const { entrypoint = [], command = [] } = seen.seen?.facts ?? {}
  const words = [...entrypoint, ...command]
  if (isShell(words)) {
    const script = words[2] ?? ''
    return /[;&|<>]/.test(script) ? null : write(seen.service, '', listLine('command', ['sh', '-c', `${script.trim()} ${more.join(' ')}`]))
  }
  return command.length === 0 || (entrypoint.length > 0 && !command[0]?.startsWith('-'))
    ? null
    : write(seen.service, '', listLine('command', [...command, ...more]))
}

/** The same command with other words in it. */
export function withOther(seen: Case, from: string, to: string): string | null {
  const { entrypoint = [], command = [] } = seen.seen?.facts ?? {}
  if (!command.some((word) => word.includes(from)) || entrypoint.some((word) => word.includes(from))) return null
  return write(
    seen.service,
    '',
    listLine(
      'command',
      command.map((word) => word.replaceAll(from, to)),
    ),
  )
}
