import type { Case } from './case.ts'
import { write } from './rule.ts'

/** What every shell has by itself, and Docker gives to every exec. */
const ofShell = new Set([
  'PATH',
  'HOME',
  'HOSTNAME',
  'PWD',
  'OLDPWD',
  'IFS',
  'PPID',
  'UID',
  'EUID',
  'RANDOM',
  'SECONDS',
  'SHLVL',
  'OPTARG',
  'OPTIND',
  'TERM',
  '_',
])

const named = /\$(?:\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))/y

/** Variables that a shell would put in for this script: none in single quotes, with a default, or that it sets itself. */
export function variablesInScript(script: string): string[] {
  const found = new Set<string>()
  const open = ['']
  for (let at = 0; at < script.length; at += 1) {
    const char = script[at] ?? ''
    const inside = open.at(-1)
    if (char === '\\') at += 1
    else if (char === "'" && inside !== '"') at = endOfQuote(script, at)
    else if (char === '"' && inside === '"') open.pop()
    else if (char === '"') open.push('"')
    else if (script.startsWith('$(', at)) open.push('(')
    else if (char === ')' && inside === '(') open.pop()
    else if (char === '$') {
      named.lastIndex = at
      const name = named.exec(script)
      found.add(name?.[1] ?? name?.[2] ?? '')
    }
  }
  return [...found].filter((name) => name !== '' && !ofShell.has(name) && !isSetIn(script, name))
}

function endOfQuote(script: string, start: number): number {
  const end = script.indexOf("'", start + 1)
  return end < 0 ? script.length : end
}

function isSetIn(script: string, name: string): boolean {
  return new RegExp(`(?:^|[\\s;&|({\`])${name}=|\\b(?:for|read|export|local|getopts)\\s[^;&|\\n]{0,200}\\b${name}\\b`).test(script)
}

/** Variables in words that no shell reads, so that they stay as they are written. */
export function variablesInWords(words: string[]): string[] {
  const found = words.flatMap((word) => [...word.matchAll(/\$(?:\{([A-Z][A-Z0-9_]+)\}|([A-Z][A-Z0-9_]+))/g)].map(([, braced, bare]) => braced ?? bare ?? ''))
  return [...new Set(found)]
}

/** It has a value in the container; null: nobody knows. */
export function isGiven({ seen }: Pick<Case, 'seen'>, name: string): boolean | null {
  const { variables, empty = [] } = seen?.facts ?? {}
  return variables === undefined ? null : variables.includes(name) && !empty.includes(name)
}

const comparisons = '-eq|-ne|-gt|-lt|-ge|-le|=|==|!='
const gaps = [
  new RegExp(`(?:^|[\\s"'])(?:${comparisons})\\s*(?:""|'')?\\s*(?:\\]|$)`),
  new RegExp(`(?:\\btest|\\[)\\s+(?:(?:""|'')\\s+)?(?:${comparisons})\\s`),
  /:\/\/[A-Za-z0-9.-]+:(?:\/|\s|["']|$)|\/\/(?::\d|\/)/,
  /\[\s+-[nz]\s+\]/,
  /\s-{1,2}[a-z][\w-]*=(?:\s|$)/,
]

/** What is left where a variable was empty: an option or a comparison with nothing beside it, a port that is not there. */
export function gapIn(text: string): string | null {
  for (const gap of gaps) {
    const found = gap.exec(text)
    if (found !== null) return found[0].trim()
  }
  return null
}

/** The same text with nothing in the place of these variables. */
export function without(text: string, names: string[]): string {
  return names.reduce((left, name) => left.replace(new RegExp(`\\$(?:\\{${name}\\}|${name}\\b)`, 'g'), ''), text)
}

/** What tools say of an argument or a port that is not there: curl 8, busybox 1.35, getopt, click, argparse, gunicorn 23, Node.js 24, Go. */
export const saysNothingThere =
  /bad port|port number was not|invalid port|not a valid port|bad\/illegal format|requires? an? (?:argument|value)|expected (?:one|at least one) argument|argument missing|wrong number of arguments|missing port in address|no such host$|(?:role|user|database) "(?:-\w)?" does not exist|\(''\)|(?:^|[\s:])''(?:$| is not)|(?:^|[\s:])""(?:$| is not)/im

/** Words as a line that a shell takes apart again, its variables put in; null: they have quotes of their own. */
export function asScript(words: string[]): string | null {
  const quoted = words.map((word) => {
    if (/^[\w@%+=:,./${}-]+$/.test(word)) return word
    if (!/["`\\!]/.test(word)) return `"${word}"`
    return word.includes("'") || /\$\{?[A-Z]/.test(word) ? null : `'${word}'`
  })
  return quoted.includes(null) ? null : quoted.join(' ')
}

/** A list of the Compose file, with its dollars doubled. */
export function listLine(key: string, words: string[]): string {
  return rawListLine(
    key,
    words.map((word) => word.replaceAll('$', '$$$$')),
  )
}

/** A list of the Compose file with its dollars as they are. */
export function rawListLine(key: string, words: string[]): string {
  return `${key}: ${JSON.stringify(words).replaceAll('","', '", "')}`
}

/** These variables with their dollars doubled, in text as the Compose file has it. */
export function doubled(text: string, names: string[]): string {
  return names.reduce((left, name) => left.replace(new RegExp(`(?<!\\$)\\$(?=\\{${name}\\}|${name}\\b)`, 'g'), '$$$$'), text)
}

/** What to write under `environment:` for a variable whose value only a port can be; `the-value` where it is none. */
export function giving(seen: Case, name: string): string {
  return `${write(seen.service, 'environment:', `${name}: ${valueFor(seen, name)}`)}`
}

/** The same, behind another sentence, for those of them that the container has no value for. */
export function alsoGiving(seen: Case, names: string[]): string {
  const missing = names.filter((name) => isGiven(seen, name) === false)
  return missing.map((name) => `; and ${giving(seen, name).replace(/^In/, 'in')}`).join('')
}

function valueFor({ revision, service, sockets, target }: Case, name: string): string {
  if (!/PORT/.test(name)) return 'the-value'
  const { route } = revision.plan ?? {}
  const [only, ...more] = [...new Set((sockets ?? []).map(({ port }) => port))]
  const port = only !== undefined && more.length === 0 ? only : route?.service === service ? route.port : target?.port
  return port === undefined || Number.isNaN(port) ? 'N' : `"${port}"`
}

/** "$PORT", "$USER and $PASSWORD". */
export function dollars(names: string[]): string {
  return names.map((name) => `\`$${name}\``).join(' and ')
}

/** The Compose file names it in more places than one, so that a value for the deployment mends them all. */
export function isBlankElsewhere({ revision }: Case, name: string): boolean {
  const places = Object.values(revision.source.blanks ?? {}).flatMap((blanks) => Object.values(blanks))
  return places.filter(({ names }) => names.includes(name)).length > 1
}

/** A value for the whole deployment. */
export function givingAll(names: string[]): string {
  return `In the file .env beside the Compose file, write ${names.map((name) => `\`${name}=the-value\``).join(' and ')}: it is used in several places`
}
