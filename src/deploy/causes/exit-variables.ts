import { type Case, ending, finalLines, isOfEnd } from './case.ts'
import { quote, type Rule, write } from './rule.ts'
import { whetherItGoesOn } from './said.ts'
import { blockOf } from './variable-blocks.ts'

/** Words that no other thing than a variable of the environment is missing. JavaScript's "is not defined" means names of its own. */
const missingVariables: RegExp[] = [
  /: ([A-Z][A-Z0-9_]{2,}): (?:unbound variable|parameter not set)/,
  /\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)["'`]? (?:is not set|must be set|is required|not set|is missing|not found\. Declare it as envvar)/,
  /\b([A-Z][A-Z0-9_]{2,})["'`]? (?:environment variable|env var|not found\. Declare it as envvar)/,
  /(?:[Ee]nvironment variable|ENVIRONMENT VARIABLE|[Ee]nv var)s?[^\n]{0,30}?["'` :]([A-Z][A-Z0-9_]{2,})\b/,
  /\b(?:[Mm]issing|MISSING|[Rr]equired|REQUIRED):?[^\n]{0,30}?["'` :]([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b/,
  /required key ([A-Z][A-Z0-9_]{2,}) missing value/,
  /Could not resolve placeholder '([A-Z][A-Z0-9_]{2,})'/,
  /key not found: "([A-Z][A-Z0-9_]{2,})"/,
]

/** More that stand in the same line: `Missing required environment variables: A, B and C`. */
const another = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g

function variablesIn(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/ReferenceError|NameError/.test(line))
  for (const line of lines.reverse())
    for (const pattern of missingVariables) {
      const found = pattern.exec(line)
      if (found?.[1] === undefined) continue
      const isList = /variables|keys|settings|envs\b/i.test(line) || line.split(found[1]).length > 2 || /not set;/.test(line)
      const rest = isList ? (line.slice(found.index).match(another) ?? []) : []
      return [...new Set([found[1], ...rest])].slice(0, 10)
    }
  return []
}

/** Of a KeyError in Python only the frame of `os` tells that it is the environment's. */
function keyIn(seen: Case): string[] {
  const isOfEnvironment = /File "(?:<frozen os>|[^"\n]{0,200}\/os\.py)", line/.test(ending(seen))
  const name = isOfEnvironment ? /KeyError: '([A-Z][A-Z0-9_]{2,})'/.exec(finalLines(seen).join('\n'))?.[1] : undefined
  return name === undefined ? [] : [name]
}

/** The entrypoints of postgres 17, mysql 8 and mariadb 11: the name stands on a line of its own, among others. */
function databasePassword(seen: Case): string[] {
  const text = ending(seen)
  if (!/Database is uninitialized and (?:superuser password|password option) is not specified/.test(text)) return []
  return /\b(?:POSTGRES_PASSWORD|MARIADB_ROOT_PASSWORD|MYSQL_ROOT_PASSWORD)\b/.exec(text)?.slice(0, 1) ?? []
}

/** A variable that is there and empty, and that the error it ended by names. */
function emptyIn(seen: Case): string[] {
  const last = finalLines(seen).join('\n')
  const name = seen.seen?.facts?.empty?.find((each) => each.length > 2 && new RegExp(`(?:^|\\W)${each.replace(/\W/g, '\\$&')}(?:\\W|$)`, 'm').test(last))
  return name === undefined ? [] : [name]
}

function firstOf(...lists: (() => string[])[]): string[] {
  for (const list of lists) {
    const found = list()
    if (found.length > 0) return found
  }
  return []
}

/** `A is not set`, `A and B are not set`, `A is empty`. */
function saysOf(names: string[], empty: string[]): string {
  const [first = ''] = names
  if (names.length === 1) return `the variable ${first} is ${empty.includes(first) ? 'empty' : 'not set'}`
  return `the variables ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are ${names.every((name) => empty.includes(name)) ? 'empty' : 'not set'}`
}

/** Rules for variables that a program wants and has not. */
export const exitVariableRules: Rule[] = [
  {
    id: 'variable-missing',
    about: 'a program that ends because variables are not set',
    find: (seen) => {
      if (!isOfEnd(seen) || seen.seen?.exitCode === 0) return null
      const last = firstOf(
        () => blockOf(seen),
        () => databasePassword(seen),
        () => variablesIn(finalLines(seen).join('\n')),
        () => keyIn(seen),
        () => emptyIn(seen),
      )
      const names = last.length > 0 ? last : variablesIn(ending(seen))
      const [name] = names
      if (name === undefined) return null
      const sure = last.length > 0
      const lines = names.map((each) => `${each}: the-value`)
      return {
        clause: `${seen.service} ends because ${saysOf(names, seen.seen?.facts?.empty ?? [])}`,
        fix:
          lines.length === 1
            ? `${write(seen.service, 'environment:', `${name}: the-value`)}, or \`${name}: \${${name}}\` and deploy with \`--env ${name}=the-value\`.`
            : `${write(seen.service, 'environment:', lines[0] ?? '')} and ${lines
                .slice(1)
                .map((each) => `\`${each}\``)
                .join(
                  ' and ',
                )}, each on a line of its own; a value that should not stand there: \`${name}: \${${name}}\`, and deploy with \`--env ${name}=the-value\`.`,
        evidence: [
          quote(
            ending(seen)
              .split('\n')
              .findLast((line) => line.includes(name)) ?? name,
          ),
          ...(seen.seen?.exitCode == null ? [] : [`exit code ${seen.seen.exitCode}`]),
        ],
        sure,
        ...(!sure && whetherItGoesOn(seen)),
      }
    },
  },
]
