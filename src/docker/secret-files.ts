import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileSecrets } from '../text/model-secrets.ts'
import { isSecretName } from '../text/secret-names.ts'

/** A larger one is no password, but a key store: it is not printed by mistake. */
const largest = 16_384
const most = 200
const known = new Map<string, Record<string, string>>()

/** Contents of the secrets that Torii wrote for a revision and mounts; nobody changes them, so each is read once. */
export function secretFilesOf(mounts: { Type?: string; Source?: string }[]): Record<string, string> {
  const files = mounts.flatMap(({ Type, Source = '' }) => (Type === 'bind' && isSecret(Source) ? [Source] : []))
  return Object.assign({}, ...files.map(contentOf))
}

/** Those of a folder of such files; none where it cannot be read. */
export function secretsIn(folder: string): Record<string, string> {
  try {
    return Object.assign({}, ...readdirSync(folder).flatMap((name) => (isSecret(join(folder, name)) ? [contentOf(join(folder, name))] : [])))
  } catch {
    return {}
  }
}

/** `<home>/revisions/<project>/files/secret-<name>` (write-files.ts), and a config by a name that says so. */
function isSecret(path: string): boolean {
  const [, kind, name = ''] = /^(secret|config)-(.*)$/s.exec(basename(path)) ?? []
  return basename(dirname(path)) === 'files' && (kind === 'secret' || (kind === 'config' && isSecretName(name)))
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
