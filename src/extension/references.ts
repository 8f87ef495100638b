import { dirname } from 'node:path'
import { isDict } from './model-text.ts'
import type { ParsedFile } from './parse-compose.ts'

/** A path that Compose would open while it resolves a file. */
export interface Reference {
  /** For people and for the rule: "services.web.env_file". */
  at: string
  path: string
  /** The folder it is relative to. */
  base: string
  /** What is done with it: a Compose file is read in turn, a folder becomes the base of what it includes. */
  as: 'compose' | 'text' | 'folder'
  /** Base of the references inside it, where that is a Compose file. */
  inner?: string
}

/** Everything that a Compose file makes Compose open: include, extends, env_file, label_file (Compose specification, 05 and 14). */
export function referencesOf(file: ParsedFile, base: string): Reference[] {
  const services = isDict(file.root['services']) ? Object.entries(file.root['services']) : []
  return [...includes(file.root['include'], base), ...services.flatMap(([name, service]) => ofService(`services.${name}`, service, base))]
}

function ofService(at: string, service: unknown, base: string): Reference[] {
  if (!isDict(service)) return []
  const { extends: parent, env_file: env, label_file: label } = service
  const file = isDict(parent) ? texts(parent['file']) : []
  return [
    ...file.map((path): Reference => ({ at: `${at}.extends.file`, path, base, as: 'compose' })),
    ...texts(env).map((path): Reference => ({ at: `${at}.env_file`, path, base, as: 'text' })),
    ...texts(label).map((path): Reference => ({ at: `${at}.label_file`, path, base, as: 'text' })),
  ]
}

function includes(value: unknown, base: string): Reference[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((entry, index) => ofInclude(`include.${index}`, isDict(entry) ? entry : { path: entry }, base))
}

function ofInclude(at: string, entry: { [key: string]: unknown }, base: string): Reference[] {
  const paths = texts(entry['path'])
  const project = texts(entry['project_directory'])[0]
  const directory = project ?? (paths[0] === undefined ? '.' : dirname(paths[0]))
  const env = texts(entry['env_file'])
  return [
    { at: `${at}.project_directory`, path: directory, base, as: 'folder' },
    ...paths.map((path): Reference => ({ at: `${at}.path`, path, base, as: 'compose', inner: directory })),
    // Without env_file, Compose reads the .env of the included project's folder.
    ...(env.length > 0 ? env : [`${directory}/.env`]).map((path): Reference => ({ at: `${at}.env_file`, path, base, as: 'text' })),
  ]
}

/** A path, a list of paths, or a list of mappings with a `path`. */
function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts)
  if (isDict(value)) return texts(value['path'])
  return value === undefined || value === null ? [] : [String(value as string | number | boolean)]
}
