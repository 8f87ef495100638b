import type { ErrorObject } from 'ajv'
import { hasVariable } from '../../extension/interpolate.ts'
import { isDict } from '../../extension/model-text.ts'
import { pathOf, unknownKeys } from '../../extension/schema-check.ts'
import type { Hit } from '../rule.ts'
import type { ComposeFile } from '../see/extension.ts'

/**
 * Where the schema wants another kind of value. Of a choice (`oneOf`) each branch complains: the deepest complaint is the one that was meant.
 * What a variable makes is not judged, and durations have a rule of their own.
 */
export function wrongTypes(file: ComposeFile): Hit[] {
  const byPath = new Map<string, ErrorObject[]>()
  for (const error of file.schema) {
    if (!['type', 'enum', 'required', 'minimum', 'maximum', 'pattern'].includes(error.keyword)) continue
    byPath.set(error.instancePath, [...(byPath.get(error.instancePath) ?? []), error])
  }
  const unknown = unknownKeys(file.schema).map(({ parent, key }) => `/${[...parent, key].map(pointer).join('/')}`)
  const places = [...byPath.keys(), ...unknown]
  const deepest = [...byPath.keys()].filter((path) => !places.some((other) => other !== path && other.startsWith(`${path}/`)))
  return deepest.flatMap((place) => hitOf(file, byPath.get(place) ?? []))
}

function pointer(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}

function hitOf(file: ComposeFile, errors: ErrorObject[]): Hit[] {
  const [first] = errors
  if (first === undefined) return []
  const path = pathOf(first)
  const value = path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[part] : undefined),
    file.root,
  )
  if ((typeof value === 'string' && hasVariable(value)) || isDuration(path)) return []
  const wanted = [...new Set(errors.flatMap(wantedBy))]
  if (wanted.length === 0) return []
  const service = path[0] === 'services' ? path[1] : undefined
  const where = service === undefined || path.length < 3 ? path.join('.') || 'the file' : path.slice(2).join('.')
  return [
    {
      at: file.placeOfValue(path),
      message: `${where} must be ${wanted.join(' or ')}, not ${kindOf(value)}`,
      ...(service ? { service } : {}),
    },
  ]
}

const kinds: Record<string, string> = {
  string: 'a text',
  object: 'a mapping',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
  null: 'empty',
}

function wantedBy({ keyword, params, schema }: ErrorObject): string[] {
  if (keyword === 'type') return [params['type']].flat().map((type) => kinds[String(type)] ?? String(type))
  if (keyword === 'enum' && Array.isArray(schema)) return [`one of ${schema.map(String).join(', ')}`]
  if (keyword === 'minimum') return [`at least ${String(params['limit'])}`]
  if (keyword === 'maximum') return [`at most ${String(params['limit'])}`]
  if (keyword === 'pattern') return [`a text like ${String(params['pattern'])}`]
  if (keyword === 'required') return [`a mapping with \`${String(params['missingProperty'])}\``]
  return []
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (isDict(value)) return 'a mapping'
  if (typeof value === 'boolean') return 'true or false'
  return typeof value === 'string' ? `"${value.slice(0, 40)}"` : String(value as number)
}

function isDuration(path: string[]): boolean {
  return path.at(-2) === 'healthcheck' && /^(interval|timeout|start_period|start_interval)$/.test(path.at(-1) ?? '')
}
