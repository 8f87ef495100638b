import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileSecrets } from '../text/model-secrets.ts'
import { rememberFew } from '../text/remember-few.ts'
import { isSecretName } from '../text/secret-names.ts'
import { joinSecrets, noSecrets, type Secrets } from '../text/secrets.ts'

/** A larger one is no password, but a key store: it is not printed by mistake. */
const largest = 16_384
const known = rememberFew<string, Secrets>(200)

/** Contents of the secrets that Torii wrote for a revision and mounts. */
export function secretFilesOf(mounts: { Type?: string; Source?: string }[]): Secrets {
  const files = mounts.flatMap(({ Type, Source = '' }) => (Type === 'bind' && isSecret(Source) ? [Source] : []))
  return joinSecrets(...files.map(contentOf))
}

/** Those of a folder of such files; none where it cannot be read. */
export function secretsIn(folder: string): Secrets {
  try {
    return joinSecrets(...readdirSync(folder).flatMap((name) => (isSecret(join(folder, name)) ? [contentOf(join(folder, name))] : [])))
  } catch {
    return noSecrets
  }
}

/** `<home>/revisions/<project>/files/secret-<name>` (write-files.ts), and a config by a name that says so. */
function isSecret(path: string): boolean {
  const [, kind, name = ''] = /^(secret|config)-(.*)$/s.exec(basename(path)) ?? []
  return basename(dirname(path)) === 'files' && (kind === 'secret' || (kind === 'config' && isSecretName(name)))
}

/**
 * A file is read again when it is another one: after `torii rm` the next deployment of the name has its own at the same path. One that cannot be
 * read is tried again.
 */
function contentOf(path: string): Secrets {
  try {
    const { size, mtimeNs, ino } = statSync(path, { bigint: true })
    if (size > largest) return noSecrets
    return known.of(`${ino} ${mtimeNs} ${size} ${path}`, () => fileSecrets(basename(path).slice('secret-'.length), readFileSync(path, 'utf8')))
  } catch {
    return noSecrets
  }
}
