import { LineCounter, parseDocument } from 'yaml'
import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import type { Dict } from './model.ts'
import { dict, isDict, withoutPrototypes } from './model-text.ts'

export const metadataFile = 'kamiwaza.json'

/** kamiwaza.json as an object; a mistake in it is refused with its place. */
export function parseMetadata(text: string): Dict {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    if (cause instanceof RangeError) throw invalid('it is nested far too deep', cause)
    throw invalid(`${placeOf(text, cause as Error)}it is not valid JSON: ${cleanText((cause as Error).message, { max: 200 })}`, cause)
  }
  if (isDeeper(value, deepest)) throw invalid(`it is nested more than ${deepest} levels deep`)
  if (!isDict(value)) throw invalid('it must be a JSON object')
  return withoutPrototypes(value) as Dict
}

/** `env_defaults` as environment values; `{…}` templates in them are expanded later (templates.ts). */
export function envDefaults(metadata: Dict): Dict<string> {
  const defaults = metadata['env_defaults']
  if (defaults === undefined || defaults === null) return dict([])
  if (!isDict(defaults)) throw invalid('env_defaults must be an object of names and values')
  return dict(Object.entries(defaults).flatMap(([name, value]) => (value === null ? [] : [[name, defaultOf(name, value)] as const])))
}

function defaultOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw invalid(`env_defaults.${cleanText(name, { max: 80 })} must be a string, a number or a boolean`)
}

/** As deep as a Compose file may be: what reads it goes down level by level. */
const deepest = 64

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1))
}

// V8 names the offset of some mistakes only ("… at position 17", Node 24); YAML, of which JSON is a part, finds the others.
function placeOf(text: string, error: Error): string {
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'json', lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const named = /at position (\d+)/.exec(error.message)?.[1]
  const offset = named === undefined ? document.errors[0]?.pos[0] : Number(named)
  if (offset === undefined) return ''
  const { line, col } = lines.linePos(offset)
  return `line ${line}, column ${col}: `
}

function invalid(detail: string, cause?: unknown): DeployError {
  return new DeployError('compose_invalid', `${metadataFile}: ${detail}`, { fix: `Correct ${metadataFile} at the place named and deploy again.`, cause })
}
