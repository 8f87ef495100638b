import { baseName, isShell } from '../command/programs.ts'
import { isOfCheck } from './case.ts'
import { quote, type Rule, testLine, writeCheck } from './rule.ts'
import { asScript } from './variables.ts'

const operators = /^(?:\|\||&&|\||;|&|>|>>|2>&1|<|\d?>(?:&\d|\/\S+))$/

/** A line as a shell reads it: operators as they are, the words between them quoted where they must be. */
export function lineOf(words: string[]): string | null {
  const parts = words.map((word) => (operators.test(word) ? word : asScript([word])))
  return parts.includes(null) ? null : parts.join(' ')
}

/** Rules for a `test:` whose form and words do not belong together. */
export const checkFormRules: Rule[] = [
  {
    id: 'check-shell-list',
    about: 'a health check in shell form whose line stands in several words, of which a shell runs the first alone',
    find: (seen) => {
      const { service, check, said } = seen
      const [form, first = '', ...rest] = check?.test ?? []
      if (!isOfCheck(seen) || form !== 'CMD-SHELL' || rest.length === 0 || /\s/.test(first.trim())) return null
      const line = lineOf([first, ...rest])
      return {
        clause: `the health check of ${service} is a list behind "CMD-SHELL", of which the shell runs the first word alone: \`${quote(first, 80)}\`, without \`${quote(rest.join(' '), 120)}\``,
        fix: `${writeCheck(service, line === null ? testLine('CMD', [first, ...rest]) : testLine('CMD-SHELL', [line]))}: one line behind "CMD-SHELL".`,
        evidence: [`the check is: ${quote(JSON.stringify(check?.test))}`, ...(said === '' ? [] : [`it ended with: ${quote(said)}`])],
        sure: true,
      }
    },
  },
  {
    id: 'check-operators-in-exec',
    about: 'a health check in exec form with `||`, `&&` or `|` among its words, which only a shell understands',
    find: (seen) => {
      const { service, check, said } = seen
      const [form, ...words] = check?.test ?? []
      const operator = words.find((word) => operators.test(word))
      if (!isOfCheck(seen) || form !== 'CMD' || operator === undefined || isShell(baseName(words[0] ?? ''))) return null
      const line = lineOf(words)
      return {
        clause: `the health check of ${service} has \`${operator}\` among its words, and in the form \`CMD\` no shell reads it: ${quote(words[0] ?? '', 40)} gets it as an argument`,
        fix: `${line === null ? 'Write the check as one line' : writeCheck(service, testLine('CMD-SHELL', [line]))}: "CMD-SHELL" runs it in a shell.`,
        evidence: [`the check is: ${quote(JSON.stringify(check?.test))}`, ...(said === '' ? [] : [`it ended with: ${quote(said)}`])],
        sure: true,
      }
    },
  },
]
