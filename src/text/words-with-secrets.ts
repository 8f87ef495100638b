import { isSecretName, mayBeSecret } from './secret-names.ts'
import { type Secrets, secretsFrom } from './secrets.ts'

/** `NAME=value`, `--name=value` and `--name value`. */
const given = /(?:^|[\s"';&|(])(?:-{0,2}([A-Za-z][\w.-]{0,80})=|--([A-Za-z][\w-]{0,80})[ \t]+)["']?([^\s"';&|<>]{4,4096})/g
const ofUrl = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]{0,80}:([^\s@/"'<>]{4,200})@/gi

/** Secrets that stand in a command: what `--password` and its like are given, and passwords in URLs. By names that say so. */
export function secretWords(words: string[], where: string): Secrets {
  const line = words.join(' ')
  const named = [...line.matchAll(given)].flatMap(([, set = '', option = set, value = '']) => {
    const name = option.replaceAll('-', '_')
    return isSecretName(name) && mayBeSecret(value) && !value.startsWith('$') ? [value] : []
  })
  const inUrls = [...line.matchAll(ofUrl)].map(([, password = '']) => password).filter((password) => mayBeSecret(password) && !password.startsWith('$'))
  return secretsFrom([...new Set([...named, ...inUrls])].map((value, at) => [`secret in ${where}${at === 0 ? '' : `, part ${at + 1}`}`, value]))
}
