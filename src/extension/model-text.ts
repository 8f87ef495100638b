import { parseDocument, stringify } from 'yaml'
import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import type { Dict, Model } from './model.ts'

/** Compose's answer as null-prototype objects, so that no key (`__proto__`, `constructor`) escapes the rules. */
export function parseModel(text: string): Model {
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false })
  const error = document.errors[0]
  if (error !== undefined) throw new DeployError('compose_invalid', `the resolved model cannot be read: ${cleanText(error.message)}`)
  const model = withoutPrototypes(document.toJS({ mapAsMap: true, maxAliasCount: 0 }))
  if (!isDict(model)) throw new DeployError('compose_invalid', 'the resolved model is not a mapping')
  return model as Model
}

// Every string is quoted: Compose's parser (go-yaml v3) reads plain 1_000, 0b11 and 2001-12-14 as numbers and dates, ours does not.
// On one line: folded over several, a line of blanks alone comes back as a backslash (yaml 2.9.1).
const written = {
  defaultStringType: 'QUOTE_DOUBLE',
  defaultKeyType: 'QUOTE_DOUBLE',
  doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  lineWidth: 0,
  aliasDuplicateObjects: false,
} as const

/** The model as Compose reads it back; the same model always gives the same text. */
export function stringifyModel(model: Model): string {
  return stringify(model, written)
}

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A null-prototype object of these entries. */
export function dict<T>(entries: Iterable<readonly [string, T]>): Dict<T> {
  const object: Dict<T> = Object.create(null)
  for (const [key, value] of entries) object[key] = value
  return object
}

/** Compose doubles every literal dollar in its answer (2.26 and 5.6): values that we use ourselves are read through this. */
export function undollar(text: string): string {
  return text.replaceAll('$$', '$')
}

/** And values of our own are written through this. */
export function dollar(text: string): string {
  return text.replaceAll('$', '$$$$')
}

/** The value with null-prototype objects for Maps and objects. */
export function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes)
  if (value instanceof Map) return dict([...value].map(([key, item]) => [String(key), withoutPrototypes(item)] as const))
  if (isDict(value)) return dict(Object.entries(value).map(([key, item]) => [key, withoutPrototypes(item)] as const))
  return value
}
