import { readFileSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileSecrets } from '../text/model-secrets.ts'

/** A larger one is no password, but a key store: it is not printed by mistake. */
const largest = 16_384
const most = 200
const known = new Map<string, Record<string, string>>()

/** Contents of the secrets that Torii wrote for a revision and mounts; nobody changes them, so each is read once. */
export function secretFilesOf(mounts: { Type?: string; Source?: string }[]): Record<string, string> {
  const files = mounts.flatMap(({ Type, Source = '' }) => (Type === 'bind' && isSecret(Source) ? [Source] : []))
  return Object.assign({}, ...files.map(contentOf))
}

/** `<home>/revisions/<project>/files/secret-<name>` (write-files.ts). */
function isSecret(path: string): boolean {
  return basename(path).startsWith('secret-') && basename(dirname(path)) === 'files'
}

function contentOf(path: string): Record<string, string> {
  const before = known.get(path)
  if (before !== undefined) return before
  const found = read(path)
  if (known.size >= most) known.clear()
  known.set(path, found)
  return found
}

function read(path: string): Record<string, string> {
  try {
    const { size } = statSync(path)
    return size > largest ? {} : fileSecrets(basename(path).slice('secret-'.length), readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
