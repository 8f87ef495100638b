import { longestScript, type Simple, simpleCommands } from './shell-words.ts'

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

/** A list of arguments, or scripts that a shell reads. */
interface Command {
  form: 'exec' | 'shell'
  argv: string[]
}

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'zsh'])
const reserved = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '!', '{', '}', 'time'])
const ended = new Set(['fi', 'done', 'esac', 'for', 'case', 'in', 'function'])
/** Run another program that follows them. */
const wrappers = new Set(['exec', 'command', 'env', 'nice', 'nohup', 'sudo', 'doas', 'eval', 'stdbuf', 'busybox', 'tini', 'dumb-init', '--'])
/** So do these, behind one word of their own: a user, a time. */
const wrappersWithWord = new Set(['gosu', 'su-exec', 'timeout'])
/** Their options whose value is the next word. */
const valued: Record<string, RegExp> = {
  sudo: /^-[CDghpRrTtu]$/,
  doas: /^-[Cu]$/,
  env: /^-[Cu]$/,
  nice: /^-n$/,
  stdbuf: /^-[eio]$/,
  timeout: /^-[ks]$/,
  tini: /^-[pe]$/,
}

/** Words of a command, and characters of a word: longer ones are not read, as no longer script is. */
const longest = { command: 500, word: 5000 }

/** Every program that a script or a list of arguments runs, also inside `sh -c`; of what only runs another (`env`, `sudo`) that other. */
export function programsOf(command: Command): Program[] {
  return foundIn(command).flatMap(({ program }) => (isWrapper(program.name) ? [] : [program]))
}

/** The names of all that is called, those that only run another too. Of a long script its beginning is read. */
export function calledIn({ form, argv }: Command): string[] {
  const begun = form === 'shell' ? argv.map((script) => script.slice(0, longestScript)) : argv
  return foundIn({ form, argv: begun }).flatMap(({ through, program }) => [...through, program.name])
}

export function isShell(name: string): boolean {
  return shells.has(name)
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

interface Found {
  /** What runs it, outermost first. */
  through: string[]
  program: Program
}

function foundIn(command: Command): Found[] {
  if (command.form === 'shell') return command.argv.flatMap((script) => simpleCommands(script).flatMap((each) => ofWords(each)))
  const words = command.argv.slice(0, longest.command).map((word) => word.slice(0, longest.word))
  return ofWords({ words, after: '', captured: false })
}

/** A wrapper that runs nothing stands for itself. */
function ofWords({ words, after, captured }: Simple, depth = 0): Found[] {
  const { wrappedBy, left } = unwrapped(words)
  const [first = wrappedBy.pop(), ...rest] = left
  if (first === undefined || ended.has(first) || depth > 4) return []
  const program = { name: baseName(first), path: first, args: rest, after, captured }
  const found = { through: wrappedBy.map(baseName), program }
  const script = shells.has(program.name) ? scriptOf(rest) : null
  if (script === null) return [found]
  return [found, ...simpleCommands(script).flatMap((each) => ofWords({ ...each, captured: captured || each.captured }, depth + 1))]
}

/** The argument of -c, also of -lc and -ec; null: it runs a file. */
function scriptOf(args: string[]): string | null {
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg))
  return at < 0 ? null : (args[at + 1] ?? null)
}

/** Without assignments and reserved words, and without what only runs another. */
function unwrapped(words: string[]): { wrappedBy: string[]; left: string[] } {
  const wrappedBy: string[] = []
  let left = words
  for (let [first] = left; first !== undefined; [first] = left) {
    if (reserved.has(first) || isAssignment(first)) left = left.slice(1)
    else if (isWrapper(baseName(first))) {
      if (first !== '--') wrappedBy.push(first)
      left = withoutOwn(baseName(first), left.slice(1))
    } else break
  }
  return { wrappedBy, left }
}

function isWrapper(name: string): boolean {
  return wrappers.has(name) || wrappersWithWord.has(name)
}

function isAssignment(word: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*=/.test(word)
}

/** Without a wrapper's own options and words. */
function withoutOwn(wrapper: string, words: string[]): string[] {
  const takesNext = (at: number) => valued[wrapper]?.test(words[at] ?? '') ?? false
  const at = words.findIndex((word, index) => !word.startsWith('-') && !isAssignment(word) && !(index > 0 && takesNext(index - 1)))
  return at < 0 ? [] : words.slice(wrappersWithWord.has(wrapper) ? at + 1 : at)
}
