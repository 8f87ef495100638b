import { looksRandom } from './looks-random.ts'
import { isSecretName, mayBeSecret } from './secret-names.ts'
import { type Secrets, secretsFrom } from './secrets.ts'
import { tornLogin } from './torn-url.ts'

/** A word: what another variable says openly hides nothing, and half of a log would go with it. `MYSQL_USER=shop`, `MYSQL_PASSWORD=shop`. */
const word = /^[a-z_-]{1,16}$/i

/** Those of these values that are secrets by their names. */
export function namedSecrets(values: Record<string, string>): Secrets {
  return secretsFrom(Object.entries(values).filter(([name]) => isSecretName(name)))
}

/** Of variables those whose values are secrets: by their names, by their looks, and passwords in URLs. A word that another variable says openly is none. */
export function secretVariables(env: Record<string, string>): Secrets {
  const entries = Object.entries(env)
  const open = new Set(entries.filter(([name, value]) => !isSecretName(name) && word.test(value)).map(([, value]) => value))
  const random = entries.flatMap(([name, value]): [string, string][] => (!isSecretName(name) && looksRandom(name, value) ? [[`value of ${name}`, value]] : []))
  return secretsFrom([...random, ...urlPasswords(entries), ...entries.filter(([name, value]) => isSecretName(name) && !open.has(value))])
}

/** `DATABASE_URL=postgres://app:PASSWORD@db/app`: the password by itself, as it stands there and as it is meant. */
function urlPasswords(entries: [string, string][]): [string, string][] {
  return entries.flatMap(([name, value]) => {
    const torn = tornLogin(value)
    if (torn !== null) return piecesOf(torn).map((piece, at): [string, string] => [`password in ${name}, part ${at + 1}`, piece])
    const password = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,80}:([^\s@/]{4,200})@/i.exec(value)?.[1]
    if (password === undefined || password === plainUser(value)) return []
    return [[`password in ${name}`, decoded(password)]]
  })
}

/** A driver that takes a URL apart in the wrong place prints a piece of its password as a host or a port. */
function piecesOf(login: string): string[] {
  const password = login.slice(login.indexOf(':') + 1)
  return [password, ...password.split(/[@/?#:%]/)].filter((piece) => mayBeSecret(piece))
}

/** postgres://postgres:postgres@db hides no word that stands beside it. */
function plainUser(url: string): string | undefined {
  return /:\/\/([^:/@]*):/.exec(url)?.[1]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
