import { isMap, isScalar, LineCounter, parse, parseDocument } from 'yaml'
import { nearest } from '../text/nearest.ts'
import { isDict } from './model-text.ts'

interface Refusal {
  detail: string
  /** undefined: the place that is named is to be corrected. */
  fix: string | undefined
}

const stranger = /undefined (service|volume|network|config|secret) "?([^\s":]+)"?/
/** Compose 2.26 and 5.6, in their words: a value of the wrong kind, one that cannot be interpolated, one that cannot be decoded. */
const places = [
  /\b((?:services|volumes|networks|configs|secrets)(?:\.[\w-]+)+)(?: (?:must be|contains|additional|value must)|: |\.\s)/,
  /'((?:services|volumes|networks|configs|secrets)\[[\w-]+\](?:\.[\w-]+)*)'/,
]
const incomplete = /^service "([\w-]+)" has neither an image/
const required = /required variable (\w+) is missing a value/

/** Compose's own refusal with the line it is about, where exactly one can be meant, and a fix that fits. `text`: of the Compose file; '' where it cannot be read. */
export function explainRefusal(said: string, { file, folder, text }: { file: string; folder: string; text: string }): Refusal {
  const detail = plainWords(said)
  const variable = required.exec(detail)?.[1]
  if (variable !== undefined) return { detail, fix: `Give it a value: \`-e ${variable}=…\`, or a line \`${variable}=…\` in the file .env beside ${file}.` }
  const [, kind = '', name = ''] = stranger.exec(detail) ?? []
  const profile = kind === 'service' ? profileOf(name, text) : null
  if (profile !== null) return behindProfile(detail, name, profile)
  const meant = name === '' ? null : meantBy(name, namesOf(text, `${kind}s`))
  const line = /\bline \d+/.test(detail) ? null : name === '' ? lineAt(text, placeIn(detail)) : onlyLineWith(text, name)
  const told = `${line === null ? '' : `${file}: line ${line}: `}${detail}${meant === null ? '' : `; did you mean "${meant}"?`}`
  return { detail: told, fix: /\bline \d+/.test(told) ? undefined : `Correct what it names; \`torii lint ${folder}\` shows where.` }
}

/** Compose 5.6 names the whole path of the file, and the place twice: "validating /a/compose.yaml: services.web.x services.web.x must be …". */
function plainWords(said: string): string {
  return said.replace(/^validating \S+?: /, '').replace(/(^|\s)([\w.[\]-]+\.[\w.[\]-]+) \2(?=\s)/, '$1$2')
}

/** Compose calls a service undefined that is defined, and off. */
function behindProfile(detail: string, name: string, profile: string): Refusal {
  const why = `${detail}: ${name} is behind the profile "${profile}", which is off`
  return { detail: why, fix: `Enable it with \`--profile ${profile}\`, or let what needs it say \`required: false\`.` }
}

/** null: it is not in the file, or always on. */
function profileOf(service: string, text: string): string | null {
  const services = sectionOf(text, 'services')
  const found = Object.hasOwn(services, service) ? services[service] : null
  const [first] = isDict(found) && Array.isArray(found['profiles']) ? found['profiles'] : []
  return typeof first === 'string' && first !== '' ? first : null
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

/** services.web.ports; undefined: it names none. */
function placeIn(detail: string): string | undefined {
  const service = incomplete.exec(detail)?.[1]
  if (service !== undefined) return `services.${service}`
  const [place] = places.flatMap((pattern) => pattern.exec(detail)?.[1] ?? [])
  return place?.replaceAll(/\[([\w-]+)\]/g, '.$1')
}

function lineAt(text: string, path: string | undefined): number | null {
  if (path === undefined) return null
  const lineCounter = new LineCounter()
  const keys = path.split('.')
  const around = parseDocument(text, { logLevel: 'silent', lineCounter, uniqueKeys: false }).getIn(keys.slice(0, -1), true)
  const key = isMap(around) ? around.items.map((pair) => pair.key).find((each) => isScalar(each) && each.value === keys.at(-1)) : undefined
  return isScalar(key) && key.range ? lineCounter.linePos(key.range[0]).line : null
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
