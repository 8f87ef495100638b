import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { dieWithUs } from './die-with-us.ts'
import type { Log } from './log.ts'
import { programPath } from './program-path.ts'

interface Login {
  username?: string
  password?: string
  identitytoken?: string
}

/**
 * The `X-Registry-Auth` that `docker login` left for this image's registry; null: none. What cannot be read is no login, and is warned of
 * without its text: that may be a password.
 */
export async function registryLogin(ref: string, log: Log, folder = join(homedir(), '.docker')): Promise<string | null> {
  const config = await configIn(folder, log)
  const registry = registryOf(ref)
  const helper = textIn(config, 'credHelpers', registry) ?? textIn(config, 'credsStore')
  const login = (helper === null ? null : await fromHelper(helper, registry, log)) ?? fromFile(config, registry)
  // With its padding: an unpadded header is dropped without a word (Docker 26.1.5), so not Node's base64url.
  const text = login && Buffer.from(JSON.stringify({ ...login, serveraddress: registry })).toString('base64')
  return text?.replaceAll('+', '-').replaceAll('/', '_') ?? null
}

/** Docker Hub's logins are kept under its old index address. */
export function registryOf(ref: string): string {
  const [first = '', ...rest] = ref.split('/')
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return named && first !== 'docker.io' && first !== 'index.docker.io' ? first : 'https://index.docker.io/v1/'
}

/** null: no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The text that stands there; null: none, or something else. */
function textIn(value: unknown, ...path: string[]): string | null {
  const found = path.reduce((at: unknown, name) => (Object.hasOwn(Object(at) as object, name) ? (at as Record<string, unknown>)[name] : null), value)
  return typeof found === 'string' && found !== '' ? found : null
}

async function configIn(folder: string, log: Log): Promise<unknown> {
  const file = join(folder, 'config.json')
  const text = await readFile(file, 'utf8').catch(() => null)
  const config = text === null ? {} : parsed(text)
  if (typeof config !== 'object' || config === null) log.warn({ file }, 'the file of registry logins is no JSON object')
  return config
}

function fromFile(config: unknown, registry: string): Login | null {
  const entry = (name: string) => [registry, `https://${registry}`, `http://${registry}`].map((key) => textIn(config, 'auths', key, name)).find(Boolean)
  const identitytoken = entry('identitytoken')
  if (identitytoken) return { identitytoken }
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(entry('auth') ?? '', 'base64').toString()) ?? []
  return username === undefined || password === undefined ? null : { username, password }
}

/** A helper that fails has no login for that registry. */
async function fromHelper(helper: string, registry: string, log: Log): Promise<Login | null> {
  if (!/^[\w.-]+$/.test(helper)) return null
  const env = { PATH: programPath, HOME: homedir() }
  const { stdout, failed } = await execa(...dieWithUs(`docker-credential-${helper}`, ['get']), {
    cwd: '/',
    env,
    extendEnv: false,
    input: registry,
    reject: false,
    timeout: 10_000,
  })
  if (failed) return null
  const login = loginIn(stdout)
  if (login === null) log.warn({ helper }, 'a credential helper did not answer as it should')
  return login
}

/** What a credential helper printed, as a login. */
export function loginIn(text: string): Login | null {
  const answer = parsed(text)
  const [username, secret] = [textIn(answer, 'Username'), textIn(answer, 'Secret')]
  if (secret === null || username === null) return null
  return username === '<token>' ? { identitytoken: secret } : { username, password: secret }
}
