import { baseName, isShell } from '../../deploy/command/programs.ts'
import type { Hit, Rule } from '../rule.ts'
import type { LintService } from '../see/service.ts'
import { eachCheck, eachService } from './each.ts'
import { built, checked } from './samples.ts'
import { isListOfTexts, replacedTest } from './test-edits.ts'

const operators = new Set(['||', '&&', '|', ';', '>', '>>', '<', '2>&1', '>/dev/null', '||exit'])

/** Rows about the form of a test: list or string, shell or none. */
export const formRules: Rule[] = [
  {
    id: 'T201',
    name: 'test-without-cmd',
    severity: 'error',
    title: 'A test that does not begin with CMD, CMD-SHELL or NONE',
    why: 'Compose refuses the whole file for a list that begins with anything else. `NONE` as a text is no switch either: it runs a program of that name.',
    fix: 'Write `["CMD", …]` for a program with its arguments, or one text for a line of shell.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: checked('test: ["curl", "-f", "http://localhost:8000/health"]', 'start_period: 30s'),
    good: checked('test: ["CMD", "curl", "-f", "http://localhost:8000/health"]', 'start_period: 30s'),
    find: eachService((service): Hit[] => {
      const test = testOf(service)
      const at = service.placeOfValue(['healthcheck', 'test'])
      if (test === 'NONE') return [{ at, message: '"NONE" as a text runs a program called NONE', fix: 'Write `test: ["NONE"]` or `disable: true`.' }]
      if (!isListOfTexts(test) || test.length === 0 || ['CMD', 'CMD-SHELL', 'NONE'].includes(String(test[0])) || String(test[0]).includes('$')) return []
      return [{ at, message: `the list begins with "${String(test[0])}"`, edits: replacedTest(service, withCmd(test.map(String))) }]
    }),
  },
  {
    id: 'T202',
    name: 'dropped-arguments',
    severity: 'error',
    title: 'Arguments behind CMD-SHELL, or behind the script of sh -c, are dropped',
    why: 'Docker gives the shell the first text as its script and the rest as $0, $1 …: `["CMD-SHELL", "curl", "-f", URL]` runs `curl` alone, which always fails; `redis-cli` alone always passes. `["CMD", "sh", "-c", "test", "-f", FILE]` runs `test` alone.',
    fix: 'Write the whole line as one text behind CMD-SHELL, or use CMD.',
    from: 'the wild: 5 checks, in templates of Dokploy, Coolify and Runtipi',
    bad: checked('test: ["CMD-SHELL", "curl", "-f", "http://localhost:8000/health"]', 'start_period: 30s'),
    good: checked('test: ["CMD-SHELL", "curl -f http://localhost:8000/health"]', 'start_period: 30s'),
    find: eachService((service): Hit[] => {
      const test = testOf(service)
      if (isListOfTexts(test) && isCutScript(test.map(String))) return [cutScript(service, test.map(String))]
      if (!isListOfTexts(test) || test[0] !== 'CMD-SHELL' || test.length < 3) return []
      const message = `only "${String(test[1])}" is run; ${test
        .slice(2)
        .map((each) => `"${String(each)}"`)
        .join(' ')} ${test.length === 3 ? 'is' : 'are'} dropped`
      return [{ at: service.placeOfValue(['healthcheck', 'test']), message, edits: replacedTest(service, asMeant(test.slice(1).map(String))) }]
    }),
  },
  {
    id: 'T203',
    name: 'shell-words-without-shell',
    severity: 'error',
    title: 'Shell syntax where no shell is',
    why: 'With CMD, and in the exec form of a Dockerfile, no shell reads the line: `||` is handed to the program as an argument, and a whole line is taken for a program’s name.',
    fix: 'Use CMD-SHELL with one text; in a Dockerfile write the line without brackets.',
    from: 'the wild: taken over from one form into the other',
    bad: checked('test: ["CMD", "curl", "-f", "http://localhost:8000/health", "||", "exit", "1"]', 'start_period: 30s'),
    good: checked('test: ["CMD-SHELL", "curl -f http://localhost:8000/health || exit 1"]', 'start_period: 30s'),
    find: eachCheck(({ command, testAt, from }, service): Hit[] => {
      if (command.form !== 'exec') return []
      const [first = ''] = command.argv
      const operator = command.argv.find((word) => operators.has(word))
      const isLine = command.argv.length === 1 && /\s/.test(first.trim())
      if (operator === undefined && !isLine) return []
      const message = operator === undefined ? `"${first}" is taken for the name of one program` : `"${operator}" is handed to ${first} as an argument`
      const test = testOf(service)
      const edits = from === 'compose' && isListOfTexts(test) ? replacedTest(service, ['CMD-SHELL', test.slice(1).map(String).join(' ')]) : []
      return [{ at: testAt, message, edits: command.argv.slice(1).some((word) => /\s/.test(word)) ? [] : edits }]
    }),
  },
  {
    id: 'T217',
    name: 'unexpanded-variable',
    severity: 'warning',
    title: 'A variable that nobody puts in',
    why: 'With CMD, and in the exec form of a Dockerfile, there is no shell to replace `$NAME`: the program gets the dollar and the name as they are.',
    fix: 'Use CMD-SHELL (in a Dockerfile the form without brackets), or write the value.',
    from: 'the wild: `$$VAR` in 166 checks, half of them lists with CMD',
    bad: built('FROM python:3.13', 'ENV PORT=8000', 'EXPOSE 8000', 'HEALTHCHECK --start-period=30s CMD ["curl", "-f", "http://localhost:$PORT/health"]'),
    good: built('FROM python:3.13', 'ENV PORT=8000', 'EXPOSE 8000', 'HEALTHCHECK --start-period=30s CMD curl -f http://localhost:$PORT/health'),
    find: eachCheck(({ command, testAt, programs }, service): Hit[] => {
      if (command.form !== 'exec' || programs.length > 1) return []
      const variable = /\$\{?[A-Za-z_][A-Za-z0-9_]*\}?/.exec(command.argv.filter((word) => !/[;()]/.test(word)).join(' '))?.[0]
      const raw = JSON.stringify(testOf(service) ?? '')
      // Compose's own variables that are not known yet look the same, and are put in by Compose.
      if (variable === undefined || (service.raw['healthcheck'] !== undefined && !raw.includes(`$${variable}`) && raw !== '""')) return []
      return [{ at: testAt, message: `${variable} reaches ${command.argv[0]} as it is written: there is no shell` }]
    }),
  },
]

/** `sh -c` takes the next word alone for its script: words behind a whole script are its own $0 and $1. */
function isCutScript([form, shell = '', option = '', script = '', ...rest]: string[]): boolean {
  return form === 'CMD' && isShell(baseName(shell)) && /^-\w*c$/.test(option) && /^[\w./-]+$/.test(script) && rest.length > 0
}

function cutScript(service: LintService, [, shell = '', option = '', script = '', ...rest]: string[]): Hit {
  const message = `only "${script}" is run: \`${shell} ${option}\` takes the next word for its whole script, and the rest is dropped`
  const isPlain = rest.every((word) => operators.has(word) || /^[\w@%+=:,./-]+$/.test(word))
  return {
    at: service.placeOfValue(['healthcheck', 'test']),
    message,
    edits: isPlain ? replacedTest(service, ['CMD', shell, option, [script, ...rest].join(' ')]) : [],
  }
}

function testOf({ raw }: LintService): unknown {
  const check = raw['healthcheck']
  return typeof check === 'object' && check !== null ? (check as Record<string, unknown>)['test'] : undefined
}

/** A list without its first word, as it was meant. */
function withCmd(words: string[]): string[] {
  const line = words.join(' ')
  return words.length === 1 || words.some((word) => operators.has(word)) ? ['CMD-SHELL', line] : ['CMD', ...words]
}

/** Words behind CMD-SHELL: a line that was cut up, or a program with its arguments. */
function asMeant(words: string[]): string[] | null {
  const [first = '', ...rest] = words
  const hasSpaces = rest.some((word) => /\s/.test(word))
  const needsShell = words.some((word) => operators.has(word) || /[$`|&;<>]/.test(word))
  if (!hasSpaces) return ['CMD-SHELL', words.join(' ')]
  return needsShell || /\s/.test(first) ? null : ['CMD', ...words]
}
