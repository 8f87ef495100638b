import { isSecretName } from '../../text/secret-names.ts'
import { isFarewell } from '../words.ts'
import { type Case, ending, finalLines, isOfCheck, isOfEnd } from './case.ts'
import { quote, type Rule } from './rule.ts'
import { whetherItGoesOn } from './said.ts'
import { environmentOf } from './stores.ts'

/** Variables whose value begins and ends with the same quote: in a list of the Compose file the quotes belong to the value. */
function inQuotes(seen: Case): [name: string, value: string][] {
  return Object.entries(environmentOf(seen)).filter(([, value]) => /^(["']).{1,500}\1$/.test(value) && !/^(["'])\1$/.test(value))
}

/** Set in, and farewells: what an error prints around itself. */
const belongsToError = (line: string) => /^[\s})\]]/.test(line) || isFarewell(line)

/** A value that a program quotes once more: `'"http://api"'`, `"\"5432\""`. A list of settings writes `NAME="value"`. */
function quotedAgain(line: string, value: string): boolean {
  const inside = value.slice(1, -1)
  const mark = value.slice(0, 1)
  return ["'", '"', '`'].some((outer) => outer !== mark && line.includes(`${outer}${value}${outer}`)) || line.includes(`\\${mark}${inside}\\${mark}`)
}

/** The line that has the value with its quotes, and whether the program ended by it. */
function lineOf(seen: Case, value: string): { line: string; sure: boolean } | null {
  const lines = ending(seen).split('\n')
  const at = lines.findLastIndex((line) => quotedAgain(line, value))
  if (at < 0) return null
  const line = lines[at] ?? ''
  const ended = isOfEnd(seen) && seen.seen?.exitCode !== 0
  return { line, sure: ended && (finalLines(seen).includes(line) || (finalLines(seen).length > 0 && lines.slice(at + 1).every(belongsToError))) }
}

/** Nothing of a value that may be secret is told. */
function told(name: string, value: string): string {
  const inside = value.slice(1, -1)
  return isSecretName(name) || /:\/\/[^/]*@/.test(inside) || inside.length > 120 ? 'the-value' : inside
}

export const exitQuoteRules: Rule[] = [
  {
    id: 'value-in-quotes',
    about: 'a variable whose value has its quotes with it, which the program that ends does not expect',
    find: (seen) => {
      if (!isOfEnd(seen) && !isOfCheck(seen)) return null
      for (const [name, value] of inQuotes(seen)) {
        const found = lineOf(seen, value)
        if (found === null) continue
        const plain = told(name, value)
        return {
          clause: `the variable ${name} of ${seen.service} has its quotes in its value: in a list they belong to it`,
          fix: `In the Compose file, under \`services: ${seen.service}: environment:\`, write \`- ${name}=${plain}\` (where it is no list, \`${name}: ${plain}\`), without the quotes.`,
          evidence: [...(plain === 'the-value' ? [] : [quote(found.line)]), `the value of ${name} begins and ends with a quote`],
          sure: found.sure,
          deeper: true,
          ...(!found.sure && whetherItGoesOn(seen)),
        }
      }
      return null
    },
  },
]
