/** What BuildKit skips (Go's unicode.IsSpace), but for the control characters, which no Dockerfile may have. */
const space = '[\\t \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const nothing = new RegExp(`^${space}*(#|$)`)

/**
 * Stands for a character that is not ASCII: BuildKit takes some for a space, and where it reads flags also those with a byte 0x85 or 0xA0 (`à`). No
 * name of an image or of an instruction has one.
 */
export const foreign = '\uFFFD'
/** Stands where lines are joined, if they are. */
const joint = '\u2424'

/**
 * The instructions of a Dockerfile, each as one line, as either escape character would join them: comments and empty lines in between are no part
 * of one (frontend/dockerfile/parser/parser.go, BuildKit 0.12 to 0.21).
 */
export function linesOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => !nothing.test(line))
  const ascii = lines.join('\n').replace(/[\u0080-\uffff]/g, foreign)
  return [/\\[ \t]*\n/g, /`[ \t]*\n/g].flatMap((end) => ascii.replace(end, joint).replaceAll('\t', ' ').split('\n'))
}

/** A line as it is when its parts belong together, and when none does: in a heredoc, or where a joint is none. */
export function variantsOf(line: string): string[] {
  return line.includes(joint) ? [line.replaceAll(joint, ''), line.replaceAll(joint, ' ')] : [line]
}

/**
 * What follows an instruction in a line; null: it is not there. It may begin at any line of the file: what stands before may be the end of a
 * heredoc that looks like the beginning of something else.
 */
export function after(instruction: keyof typeof instructions, line: string): string | null {
  for (const { index, 0: name } of line.matchAll(instructions[instruction])) if (mayBegin(line, index)) return line.slice(index + name.length)
  return null
}

const instructions = { FROM: named('FROM'), ARG: named('ARG') }

function named(name: string): RegExp {
  return new RegExp(`${[...name].join(`${joint}*`)}(?=[ ${joint}${foreign}])`, 'gi')
}

function mayBegin(line: string, index: number): boolean {
  let at = index - 1
  while (line[at] === ' ' || line[at] === foreign) at -= 1
  return at < 0 || line[at] === joint || /ONBUILD$/i.test(line.slice(Math.max(0, at - 6), at + 1))
}

const spaces = new RegExp(`[ ${foreign}]+`)

/** Its words, without flags: in any way it may be read. */
export function wordsOf(line: string): string[] {
  return variantsOf(line).flatMap((variant) => variant.split(spaces).filter((word) => word !== '' && !word.startsWith('--')))
}

/** BuildKit takes quotes and escape characters off words, flags and the fields of a mount (split_command.go, shell/lex.go). */
export function unquoted(text: string): string {
  return text.replace(/["'\\`]/g, '')
}
