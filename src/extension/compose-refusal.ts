import { LineCounter, parse, parseDocument } from 'yaml'
import { isDict } from './model-text.ts'
import { nearest } from './nearest.ts'

interface Refusal {
  detail: string
  /** undefined: the place that is named is to be corrected. */
  fix: string | undefined
}

const stranger = /undefined (service|volume|network|config|secret) "?([^\s":]+)"?/
const wrongType = /\b((?:services|volumes|networks|configs|secrets)(?:\.[\w-]+)+) (?:must be|contains|additional)/
const required = /required variable (\w+) is missing a value/

/** Compose's own refusal with the line it is about, where exactly one can be meant, and a fix that fits. `text`: of the Compose file; '' where it cannot be read. */
export function explainRefusal(detail: string, { file, folder, text }: { file: string; folder: string; text: string }): Refusal {
  const variable = required.exec(detail)?.[1]
  if (variable !== undefined) return { detail, fix: `Give it a value: \`-e ${variable}=…\`, or a line \`${variable}=…\` in the file .env beside ${file}.` }
  const [, kind = '', name = ''] = stranger.exec(detail) ?? []
  const meant = name === '' ? null : meantBy(name, namesOf(text, `${kind}s`))
  const line = /\bline \d+/.test(detail) ? null : name === '' ? lineAt(text, wrongType.exec(detail)?.[1]) : onlyLineWith(text, name)
  const told = `${line === null ? '' : `${file}: line ${line}: `}${detail}${meant === null ? '' : `; did you mean "${meant}"?`}`
  return { detail: told, fix: /\bline \d+/.test(told) ? undefined : `Correct what it names; \`torii lint ${folder}\` shows where.` }
}

/** Profiles that services of the file ask for, each once. */
export function profilesIn(text: string): string[] {
  const services = Object.values(sectionOf(text, 'services'))
  return [...new Set(services.flatMap((service) => (isDict(service) && Array.isArray(service['profiles']) ? service['profiles'].map(String) : [])))]
}

/** Also a short name with its letters in another order: "bd". */
function meantBy(name: string, names: string[]): string | null {
  const letters = (word: string) => [...word].toSorted().join('')
  return nearest(name, names) ?? names.find((each) => letters(each) === letters(name)) ?? null
}

function namesOf(text: string, section: string): string[] {
  return Object.keys(sectionOf(text, section))
}

function sectionOf(text: string, section: string): Record<string, unknown> {
  try {
    const file: unknown = parse(text, { logLevel: 'silent', uniqueKeys: false, merge: true })
    const found = isDict(file) ? file[section] : null
    return isDict(found) ? found : {}
  } catch {
    return {}
  }
}

function lineAt(text: string, path: string | undefined): number | null {
  if (path === undefined) return null
  const lineCounter = new LineCounter()
  const node = parseDocument(text, { logLevel: 'silent', lineCounter, uniqueKeys: false }).getIn(path.split('.'), true) as
    | { range?: [number, number, number] }
    | undefined
  return node?.range ? lineCounter.linePos(node.range[0]).line : null
}

function onlyLineWith(text: string, name: string): number | null {
  const lines = text.split('\n').flatMap((line, at) =>
    line
      .replace(/(^|\s)#.*/, '')
      .split(/[^\w.-]+/)
      .includes(name)
      ? [at + 1]
      : [],
  )
  return lines.length === 1 ? (lines[0] ?? null) : null
}
