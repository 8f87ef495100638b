import { baseName, isShell } from '../command/programs.ts'
import { type Case, isOfCheck, isOfEnd, lastLogLine } from './case.ts'
import { lineOf } from './check-form.ts'
import { isShellForm, textOf } from './check-target.ts'
import { type Found, quote, type Rule, testLine, write, writeCheck } from './rule.ts'
import { listLine } from './variables.ts'

/** `sh -c` with its script in several words, of which it takes the next one alone: the rest are $0, $1 … */
function cutScript(words: string[]): { shell: string; option: string; first: string; rest: string[]; line: string } | null {
  const [shell = '', option = '', first = '', ...rest] = words
  if (!isShell(baseName(shell)) || !/^-\w*c$/.test(option) || rest.length === 0 || !/^[\w./-]+$/.test(first)) return null
  const line = lineOf([first, ...rest])
  return line === null ? null : { shell, option, first, rest, line }
}

/** A list in single quotes, which is none: a shell is given the whole line. Words without their quotes; null: it is something else. */
function quotedList(line: string): string[] | null {
  const inside = /^\s*\[\s*('[^']*'(?:\s*,\s*'[^']*')*)\s*\]\s*$/.exec(line)?.[1]
  return inside === undefined ? null : [...inside.matchAll(/'([^']*)'/g)].map(([, word = '']) => word)
}

const wordsRun = ({ seen }: Pick<Case, 'seen'>) => [...(seen?.facts?.entrypoint ?? []), ...(seen?.facts?.command ?? [])]

/** What the shell was given, and what stands in double quotes in its place. */
function singleQuotes(line: string): { words: string[]; given: string } | null {
  const words = quotedList(line)
  return words === null || words.length === 0 ? null : { words, given: (line.trim().split(/\s/, 1)[0] ?? '').replaceAll("'", '') }
}

const list = (words: string[]) => JSON.stringify(words).replaceAll('","', '", "')

/** Rules for words that are not taken as they were meant: a script cut into words, a list in the wrong quotes. */
export const checkWordRules: Rule[] = [
  {
    id: 'check-script-cut',
    about: 'a health check in which `sh -c` is given its script in several words, of which it takes one',
    find: (seen): Found | null => {
      const { service, check, said } = seen
      const [form, ...words] = check?.test ?? []
      const cut = form === 'CMD' ? cutScript(words) : null
      if (!isOfCheck(seen) || cut === null) return null
      return {
        clause: `the health check of ${service} runs \`${cut.first}\` alone: \`${cut.shell} ${cut.option}\` takes the next word for its whole script, and \`${quote(cut.rest.join(' '), 100)}\` is dropped`,
        fix: `${writeCheck(service, testLine('CMD', [cut.shell, cut.option, cut.line]))}: the script in one word.`,
        evidence: [`the check is: ${quote(JSON.stringify(check?.test))}`, ...(said === '' ? [] : [`it ended with: ${quote(said)}`])],
        sure: true,
      }
    },
  },
  {
    id: 'command-script-cut',
    about: 'a command in which `sh -c` is given its script in several words, of which it takes one',
    find: (seen): Found | null => {
      const { service } = seen
      const cut = cutScript(wordsRun(seen))
      if (!isOfEnd(seen) || cut === null) return null
      const line = listLine('command', [cut.shell, cut.option, cut.line])
      return {
        clause: `${service} runs \`${cut.first}\` alone: \`${cut.shell} ${cut.option}\` takes the next word for its whole script, and \`${quote(cut.rest.join(' '), 100)}\` is dropped`,
        fix: `${write(service, '', (seen.seen?.facts?.entrypoint ?? []).length === 0 ? line : `${line.replace('command:', 'entrypoint:')}`)}: the script in one word.`,
        evidence: [`it ran: ${quote(JSON.stringify(wordsRun(seen)))}`, ...lastLogLine(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'check-single-quotes',
    about: 'a health check written as a list in single quotes, which is no list: a shell is given the whole line',
    find: (seen): Found | null => {
      const { service, check, said, planned } = seen
      const found = check !== null && isShellForm(check) ? singleQuotes(check.test[1] ?? '') : null
      if (!isOfCheck(seen) || check === null || found === null) return null
      const words = found.words[0] === 'CMD' ? found.words.slice(1) : found.words
      const inCompose = found.words !== words || planned?.image === ''
      return {
        clause: `the health check of ${service} is a list in single quotes, which is none: the shell is given \`${quote(textOf(check), 100)}\` and looks for a program called \`${quote(found.given, 40)}\``,
        fix: `${inCompose ? '' : `In the Dockerfile of ${service}, write \`HEALTHCHECK CMD ${list(words)}\`, with double quotes; or, `}${
          inCompose ? writeCheck(service, testLine('CMD', words)) : writeCheck(service, testLine('CMD', words)).replace(/^In/, 'in')
        }.`,
        evidence: [`the check is: ${quote(JSON.stringify(check.test))}`, ...(said === '' ? [] : [`it ended with: ${quote(said)}`])],
        sure: true,
      }
    },
  },
  {
    id: 'command-single-quotes',
    about: 'a command or entrypoint written as a list in single quotes, which is no list: a shell is given the whole line',
    find: (seen): Found | null => {
      const { service } = seen
      const ran = wordsRun(seen)
      const found = ran.length === 3 && isShell(baseName(ran[0] ?? '')) && ran[1] === '-c' ? singleQuotes(ran[2] ?? '') : null
      if (!isOfEnd(seen) || found === null) return null
      return {
        clause: `the command of ${service} is a list in single quotes, which is none: the shell is given the whole line and looks for a program called \`${quote(found.given, 40)}\``,
        fix: `In its Dockerfile, write \`CMD ${list(found.words)}\`, with double quotes; or, ${write(service, '', listLine('command', found.words)).replace(/^In/, 'in')}.`,
        evidence: [`it ran: ${quote(ran[2] ?? '')}`, ...lastLogLine(seen)],
        sure: true,
      }
    },
  },
]
