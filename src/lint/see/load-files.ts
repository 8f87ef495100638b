import { realpath } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { DeployError, failureOf } from '../../deploy/failure.ts'
import { shapeTrouble } from '../../extension/includes.ts'
import { isDict } from '../../extension/model-text.ts'
import { parseComposeFile, UnparsableFile } from '../../extension/parse-compose.ts'
import { readLimited } from '../../extension/read-limited.ts'
import { type Reference, referencesOf } from '../../extension/references.ts'
import type { SchemaCheck } from '../../extension/schema-check.ts'
import { isInside } from '../../files/inside.ts'
import type { Hit } from '../rule.ts'
import type { Dockerfile } from './dockerfile.ts'
import type { ComposeFile, Tell } from './extension.ts'
import { beginning, type Place, partOf, type Source } from './source.ts'
import { yamlFile } from './yaml-file.ts'

/** The same limit as a deployment's. */
const mostFiles = 100

export interface ReadTools {
  folder: string
  /** A path as people see it. */
  label(path: string): string
  schema: SchemaCheck
  tell: Tell
  /** Everything that was read. */
  sources: Source[]
  /** By path and arguments: services share them. */
  dockerfiles: Map<string, Dockerfile>
}

/** A Compose file and what it includes, in that order; `extended` are files of which only single services are used. */
export interface ComposeFiles {
  project: ComposeFile[]
  extended: ComposeFile[]
}

export async function loadFiles(main: string, tools: ReadTools): Promise<ComposeFiles> {
  const first = await readCompose(main, tools.folder, null, tools)
  if (first === null) return { project: [], extended: [] }
  const found: ComposeFiles = { project: [first], extended: [] }
  const seen = new Set([first.source.path])
  const waiting = referencesFrom(first)
  for (let next = waiting.shift(); next !== undefined && seen.size < mostFiles; next = waiting.shift()) {
    const file = await follow(next, seen, tools)
    if (file === null) continue
    found[next.reference.at.startsWith('include.') ? 'project' : 'extended'].push(file)
    waiting.push(...referencesFrom(file))
  }
  return found
}

interface Step {
  reference: Reference
  from: ComposeFile
}

function referencesFrom(file: ComposeFile): Step[] {
  return referencesOf({ label: file.source.label, root: file.root } as Parameters<typeof referencesOf>[0], file.base).map((reference) => ({
    reference,
    from: file,
  }))
}

/** The Compose file that a reference leads to; null: none, already known, or told why not. */
async function follow({ reference, from }: Step, seen: Set<string>, tools: ReadTools): Promise<ComposeFile | null> {
  if (!isWritten(reference, from)) return null
  const at = partOf(from.placeOfValue(reference.at.split('.')), reference.path)
  const service = /^services\.(.+?)\.(?:extends\.file|env_file|label_file)$/.exec(reference.at)?.[1]
  const whose = { at, ...(service === undefined ? {} : { service }) }
  const path = resolve(reference.base, reference.path)
  const shape = shapeTrouble(reference.path)
  const real = shape === null ? await realpath(path).catch(() => null) : null
  const outside = shape ?? (isInside(tools.folder, real ?? path) ? null : 'it leads outside the folder')
  if (outside !== null) return told(tools, 'T010', { ...whose, message: `"${reference.path}": ${outside}` })
  if (real === null) return isOptional(reference, from) ? null : told(tools, 'T011', { ...whose, message: `there is no ${reference.path}` })
  if (reference.as !== 'compose' || seen.has(real)) return null
  seen.add(real)
  return readCompose(real, reference.inner === undefined ? dirname(real) : resolve(reference.base, reference.inner), at, tools)
}

/** An `include` has a folder and a .env beside its file also when it names none. */
function isWritten({ at }: Reference, { root }: ComposeFile): boolean {
  const [, index, key = ''] = /^include\.(\d+)\.(project_directory|env_file)$/.exec(at) ?? []
  const entry = index === undefined || !Array.isArray(root['include']) ? null : (root['include'] as unknown[])[Number(index)]
  return index === undefined || (isDict(entry) && entry[key] !== undefined)
}

function isOptional({ at, path, as }: Reference, from: ComposeFile): boolean {
  if (as === 'folder' || at.startsWith('include.')) return as !== 'compose'
  const written = at.split('.').reduce<unknown>((value, part) => (isDict(value) ? value[part] : undefined), from.root)
  const entries = Array.isArray(written) ? written : [written]
  return entries.some((entry) => isDict(entry) && entry['path'] === path && entry['required'] === false)
}

/** null: it cannot be read or parsed, which is told; at the place that names it when it has none of its own. */
async function readCompose(path: string, base: string, named: Place | null, tools: ReadTools): Promise<ComposeFile | null> {
  const source: Source = { label: tools.label(path), path, text: '' }
  try {
    source.text = await readLimited(path, relative(tools.folder, path), tools.folder)
    tools.sources.push(source)
    const { root, document } = parseComposeFile(source.text, source.label)
    return Object.assign(yamlFile(source, document, root), { base, schema: tools.schema.errors({ root }) })
  } catch (error) {
    return told(tools, 'T001', unreadable(error, source, named))
  }
}

function unreadable(error: unknown, source: Source, named: Place | null): { at: Place; message: string; fix?: string } {
  if (error instanceof UnparsableFile && error.offset !== null)
    return { at: { source, start: error.offset, end: Math.min(error.offset + 1, source.text.length) }, message: error.why }
  if (!(error instanceof DeployError)) throw error
  const { trouble } = error
  const message = error instanceof UnparsableFile ? error.why.replace(/^(?=(is|has) )/, 'the file ') : trouble.detail
  return { at: named ?? beginning(source), message, ...(trouble.fix === undefined ? {} : { fix: failureOf(trouble, 0).fix }) }
}

function told(tools: ReadTools, rule: string, hit: Hit): null {
  tools.tell(rule, hit)
  return null
}
