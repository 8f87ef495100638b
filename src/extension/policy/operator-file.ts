import { readFileSync } from 'node:fs'
import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { ConfigError } from '../../config.ts'
import { type Overrule, type Profile, profiles, type Stance } from '../../deploy/consent.ts'
import { nearest } from '../../text/nearest.ts'
import { oneLine } from '../../text/one-line.ts'
import { ownDecision } from './decide.ts'
import { ruleNamed, ruleNames } from './table.ts'

/** What the operator says of the policy, by TORII_POLICY. */
export interface OperatorPolicy extends Pick<Stance, 'rules' | 'runtimes'> {
  /** null: it does not say, so a folder of this machine is a developer's. */
  profile: Profile | null
  /** Absolute path of the file that says so; absent: there is none. */
  file?: string
}

export const noOperator: OperatorPolicy = { profile: null, rules: {}, runtimes: [] }

const overrules: readonly Overrule[] = ['allow', 'ask', 'deny']
const most = 65_536

/** The value of TORII_POLICY: a profile, or the absolute path of a file. Throws ConfigError with its place. */
export function readOperatorPolicy(value: string | null): OperatorPolicy {
  if (value === null) return noOperator
  const profile = profiles.find((each) => each === value)
  return profile === undefined ? { ...parseOperatorPolicy(textOf(value), value), file: value } : { ...noOperator, profile }
}

/** What a revision is judged by before anything is allowed. What came over an upload is other people's, whatever the operator's file extends. */
export function stanceFor({ profile, rules, runtimes }: OperatorPolicy, uploaded: boolean): Stance {
  return { profile: uploaded ? 'strict' : (profile ?? 'developer'), rules, runtimes, allowed: [] }
}

/** `extends: strict`, `rules: {RULE: allow|ask|deny}`, `runtimes: [NAME]`. Throws ConfigError that names file, line and the nearest right word. */
export function parseOperatorPolicy(text: string, file: string): OperatorPolicy {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent', maxAliasCount: 0 } as object)
  const at = (node: unknown, says: string) => trouble(file, lineOf(node, lines), says)
  const [error] = document.errors
  if (error !== undefined) throw trouble(file, lines.linePos(error.pos[0]).line, oneLine(error.message, 200))
  const entries = entriesOf(document, at)
  const unknown = [...entries.keys()].find((key) => !['extends', 'rules', 'runtimes'].includes(key))
  if (unknown !== undefined)
    throw at(entries.get(unknown)?.key, `there is no setting "${oneLine(unknown, 60)}"${hint(unknown, ['extends', 'rules', 'runtimes'])}`)
  return { profile: profileOf(entries, at), rules: rulesOf(entries.get('rules')?.value, at), runtimes: runtimesOf(entries.get('runtimes')?.value, at) }
}

type At = (node: unknown, says: string) => ConfigError
type Entries = Map<string, { key: unknown; value: unknown }>

function entriesOf({ contents }: Document, at: At): Entries {
  if (!isMap(contents)) throw at(contents, 'it must be a mapping with `extends`, `rules` and `runtimes`')
  return pairsOf(contents)
}

function pairsOf(node: Node): Entries {
  if (!isMap(node)) return new Map()
  return new Map(node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), { key, value }]))
}

function profileOf(entries: Entries, at: At): Profile {
  const entry = entries.get('extends')
  const said = wordOf(entry?.value)
  const profile = profiles.find((each) => each === said)
  if (profile === undefined) throw at(entry?.value ?? entry?.key, '`extends` must be strict or developer')
  return profile
}

function rulesOf(node: unknown, at: At): Record<string, Overrule> {
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) return {}
  if (!isMap(node)) throw at(node, '`rules` must be a mapping of rules and decisions')
  return Object.fromEntries([...pairsOf(node)].map(([name, { key, value }]) => oneRule(name, { key, value }, at)))
}

function oneRule(name: string, { key, value }: { key: unknown; value: unknown }, at: At): [string, Overrule] {
  const rule = ruleNamed(name)
  if (rule === undefined) throw at(key, `there is no rule "${oneLine(name, 60)}"${hint(name, ruleNames())}`)
  const said = wordOf(value)
  const decision = overrules.find((each) => each === said)
  if (decision === undefined) throw at(value ?? key, `${rule.name} must be allow, ask or deny, but is "${oneLine(said, 60)}"${hint(said, [...overrules])}`)
  if (ownDecision(rule, 'strict') === 'invalid') throw at(key, `${rule.name} cannot be decided otherwise: what it finds cannot work`)
  if (rule.never !== undefined && decision !== 'deny') throw at(value, `${rule.name} can only be denied: ${rule.never}`)
  return [rule.name, decision]
}

function runtimesOf(node: unknown, at: At): string[] {
  if (node === undefined || node === null) return []
  if (!isSeq(node)) throw at(node, '`runtimes` must be a list of names')
  return node.items.map((item) => {
    const name = wordOf(item)
    if (!/^[\w.+/-]{1,100}$/.test(name)) throw at(item, `"${oneLine(name, 60)}" cannot be the name of a runtime`)
    return name
  })
}

function wordOf(node: unknown): string {
  return isScalar(node) ? String(node.value) : ''
}

function hint(word: string, words: string[]): string {
  const meant = nearest(word, words)
  return meant === null ? '' : `; did you mean "${meant}"?`
}

function lineOf(node: unknown, lines: LineCounter): number {
  const range = (Object(node) as { range?: [number, number, number] | null }).range
  return range ? lines.linePos(range[0]).line : 1
}

function trouble(file: string, line: number, says: string): ConfigError {
  return new ConfigError(`TORII_POLICY: ${file}, line ${line}: ${says}.`.replace('?.', '?'), `Correct line ${line} of ${file}.`)
}

function textOf(file: string): string {
  try {
    const text = readFileSync(file, 'utf8')
    if (text.length <= most) return text
  } catch (error) {
    throw new ConfigError(`TORII_POLICY names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
  throw new ConfigError(`TORII_POLICY names ${file}, which is larger than 64 KiB.`)
}
