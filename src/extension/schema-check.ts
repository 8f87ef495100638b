import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { nearest } from '../text/nearest.ts'
import schema from './compose-spec/compose-spec.json' with { type: 'json' }
import { looksLikeService, misplacedFix } from './misplaced.ts'
import { isDict } from './model-text.ts'
import type { ParsedFile } from './parse-compose.ts'

export interface SchemaCheck {
  (file: ParsedFile): Promise<void>
  /** Everything the schema has to say of a file; types as they are before interpolation. */
  errors(file: Pick<ParsedFile, 'root'>): ErrorObject[]
  /** Compiles the schema now, which takes 0.2 s once: a server does so while it waits for something else. */
  warm(): void
}

/**
 * Refuses unknown keys with their place: Compose 2.26 names no line, 5.6 says "false schema". Only unknown keys: types
 * are Compose's to judge, after interpolation. compose-spec.json is the specification's own, of commit 170098b.
 */
export function createSchemaCheck(): SchemaCheck {
  let compiled: ValidateFunction | null = null
  const validator = () => {
    compiled ??= compile()
    return compiled
  }
  const errors = ({ root }: Pick<ParsedFile, 'root'>) => {
    const validate = validator()
    return validate(root) ? [] : (validate.errors ?? [])
  }
  const check = async (file: ParsedFile) => {
    const [first] = unknownKeys(errors(file))
    if (first === undefined) return
    const detail = cleanText(`${file.where([...first.parent, first.key])}: ${first.said}`, { max: 300 })
    throw new DeployError('compose_invalid', detail, { fix: first.isService ? misplacedFix(cleanText(first.key, { max: 80 })) : undefined })
  }
  return Object.assign(check, { errors, warm: () => void validator() })
}

export interface UnknownKey {
  key: string
  parent: string[]
  /** The key that was probably meant. */
  meant: string | null
  /** It is a service that stands at the top. */
  isService: boolean
  said: string
}

/** The deepest first. */
export function unknownKeys(errors: ErrorObject[]): UnknownKey[] {
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties')
  return unknown.toSorted((a, b) => b.instancePath.length - a.instancePath.length).map(unknownKey)
}

function compile(): ValidateFunction {
  return new Ajv({ strict: false, validateFormats: false, allErrors: true, verbose: true }).compile(withoutUnique(schema) as object)
}

// ajv compares items of `uniqueItems` by methods that our null-prototype objects do not have; Compose checks it anyway.
function withoutUnique(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutUnique)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(([key, value]) => key !== 'uniqueItems' || typeof value !== 'boolean')
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutUnique(value)]))
}

function unknownKey(error: ErrorObject): UnknownKey {
  const parent = pathOf(error)
  const key = String(error.params['additionalProperty'])
  const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {})
  const isService = parent.length === 0 && isDict(error.data) && looksLikeService(error.data[key])
  if (isService) return { key, parent, meant: null, isService, said: `"${key}" stands at the top, and belongs below \`services:\`` }
  const meant = nearest(key, known)
  const hint = meant === null ? '' : `; did you mean "${meant}"?`
  return { key, parent, meant, isService, said: `unknown key "${key}" in ${parent.length === 0 ? 'the top level' : parent.join('.')}${hint}` }
}

/** Where in the file the schema does not hold. */
export function pathOf(error: Pick<ErrorObject, 'instancePath'>): string[] {
  return error.instancePath.split('/').slice(1).map(unescapePointer)
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
