import { type Simple, simpleCommands } from './shell-words.ts'

/** One program that a command runs. */
export interface Program {
  /** Without its folder. */
  name: string
  /** As it is written. */
  path: string
  args: string[]
  /** How it follows on the one before it. */
  after: Simple['after']
  captured: boolean
}

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'zsh'])
const reserved = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', '}', 'time'])
const ended = new Set(['fi', 'done', 'esac', 'for', 'case', 'in', 'function'])
/** Run another program that follows them. */
const wrappers = new Set(['exec', 'command', 'env', 'nice', 'nohup', 'sudo', 'gosu', 'su-exec', 'eval', 'stdbuf', 'busybox', 'tini', 'dumb-init', '--'])

/** Words of a command, and characters of a word: longer ones are not read, as no longer script is. */
const longest = { command: 500, word: 5000 }

/** Every program that a script or a list of arguments runs, also inside `sh -c`. */
export function programsOf(command: { form: 'exec' | 'shell'; argv: string[] }): Program[] {
  if (command.form === 'shell') return command.argv.flatMap((script) => simpleCommands(script).flatMap((each) => ofWords(each)))
  const words = command.argv.slice(0, longest.command).map((word) => word.slice(0, longest.word))
  return ofWords({ words, after: '', captured: false })
}

export function isShell(name: string): boolean {
  return shells.has(name)
}

function ofWords({ words, after, captured }: Simple, depth = 0): Program[] {
  const [first, ...rest] = withoutPrefixes(words)
  if (first === undefined || ended.has(first) || depth > 4) return []
  const program = { name: baseName(first), path: first, args: rest, after, captured }
  const script = shells.has(program.name) ? scriptOf(rest) : null
  if (script === null) return [program]
  return [program, ...simpleCommands(script).flatMap((each) => ofWords({ ...each, captured: captured || each.captured }, depth + 1))]
}

/** The argument of -c, also of -lc and -ec; null: it runs a file. */
function scriptOf(args: string[]): string | null {
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg))
  return at < 0 ? null : (args[at + 1] ?? null)
}

/** Without assignments, reserved words and programs that only run others. */
function withoutPrefixes(words: string[]): string[] {
  let left = words
  for (let [first] = left; first !== undefined; [first] = left) {
    if (reserved.has(first) || /^[A-Za-z_][A-Za-z0-9_]*=/.test(first)) left = left.slice(1)
    else if (wrappers.has(baseName(first))) left = withoutOptions(left.slice(1))
    else if (baseName(first) === 'timeout') left = withoutOptions(left.slice(1)).slice(1)
    else break
  }
  return left
}

function withoutOptions(words: string[]): string[] {
  const at = words.findIndex((word) => !word.startsWith('-') && !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word))
  return at < 0 ? [] : words.slice(at)
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
