import type { Case } from './case.ts'
import { quote } from './rule.ts'

/** What kind of mistake it is, by the words of Python 3, Node.js 24, Java and the clients of databases, and what to do about it. */
const kinds: readonly [words: RegExp, todo: string][] = [
  [/SyntaxError|IndentationError/, 'correct the syntax there'],
  [/cannot import name|does not provide an export named/, 'import a name that the module has in the version that is installed'],
  [
    /ECONNREFUSED|[Cc]onnection ?[Rr]efused|OperationalError|ConnectionError|ETIMEDOUT|timed? ?out/,
    'correct whom it calls, or let it try again until that answers',
  ],
  [/FileNotFoundError|ENOENT|NotADirectoryError|IsADirectoryError/, 'make or copy the file that it names, or correct its path'],
  [/KeyError|environ|config/i, 'give it the setting that it reads'],
  [/ValueError|Invalid URL|invalid literal|RangeError|JSONDecodeError|Unexpected token/, 'correct the value that it is given, where that comes from'],
  [
    /TypeError|AttributeError|NameError|ReferenceError|is not a function|NullPointerException/,
    'correct what is called or read there, or the version of the library that is installed',
  ],
  [/AssertionError|assert/, 'make what it asserts true'],
]

/** Not the app's own code. */
export const library = /site-packages|dist-packages|\/lib\/python|node_modules|node:|<frozen|\/usr\/(?:local\/)?lib\//

/** Where a frame of a traceback is: Python's `File "/app/a.py", line 3`, Node's `at x (/app/a.js:3:9)`. */
function placeOf(frame: string): string | null {
  const python = /File "([^"]{1,300})", line (\d+)/.exec(frame)
  const node = /\(?(?:file:\/\/)?(\/[^\s():]{1,300}):(\d+)(?::\d+)?\)?$/.exec(frame)
  const found = python ?? node
  return found === null ? null : `${found[1]}, line ${found[2]}`
}

/** What to do about an error of a program's own: in which file and line of its own code, where a frame shows it. */
export function errorFix(seen: Case, error: string, ownFrame: string | null): string {
  const { service, name } = seen
  const todo = kinds.find(([words]) => words.test(error))?.[1]
  const place = ownFrame === null || library.test(ownFrame) ? null : placeOf(ownFrame)
  const said = quote(error, 120)
  if (place !== null) return `In ${place}, ${todo ?? 'correct what raises it'} (\`${said}\`).`
  const where = `\`torii logs ${name} ${service}\` has what came before`
  return `${todo === undefined ? `Change what ${service} ends for` : `${todo[0]?.toUpperCase()}${todo.slice(1)}`} (\`${said}\`): its log shows no line of its own code, so look at its settings and its command; ${where}.`
}
