import { homedir } from 'node:os'
import { execa } from 'execa'
import type { RegistryLogin, RegistryLogins } from '../deploy/registry-port.ts'
import { registryOf, serverAddress } from '../registry-host.ts'
import { dieWithUs } from './die-with-us.ts'
import { dockerConfig, dockerFolder, parsed, textIn } from './docker-config.ts'
import type { Log } from './log.ts'
import { programPath } from './program-path.ts'

/** A login as Docker's own files, helpers and API have it. */
export interface DockerLogin {
  username?: string
  password?: string
  identitytoken?: string
}

/** Where a registry's login may be. */
export interface LoginPlaces {
  /** Those of `torii registry login`: asked first. */
  own: Pick<RegistryLogins, 'login' | 'all'>
  log: Log
  /** Is told every secret that is found, before it is used. */
  hide?: (secrets: Record<string, string>) => void
  /** Of Docker's own configuration. */
  folder?: string
}

/** Nobody has logged in with Torii. */
export const noLogins: LoginPlaces['own'] = { login: async () => null, all: async () => new Map() }

/**
 * The `X-Registry-Auth` for this image's registry: of `torii registry login`, else what `docker login` left; null: none. What cannot be read
 * of the latter is no login, and is warned of without its text: that may be a password.
 */
export async function registryLogin(ref: string, places: LoginPlaces): Promise<string | null> {
  const registry = registryOf(ref)
  const own = await places.own.login(registry)
  const login = own === null ? await ofDocker(serverAddress(registry), places) : asDocker(own)
  const secret = login?.identitytoken ?? login?.password
  if (secret !== undefined) places.hide?.({ [`password of (${registry})`]: secret })
  // With its padding: an unpadded header is dropped without a word (Docker 26.1.5), so not Node's base64url.
  const text = login && Buffer.from(JSON.stringify({ ...login, serveraddress: serverAddress(registry) })).toString('base64')
  return text?.replaceAll('+', '-').replaceAll('/', '_') ?? null
}

export function asDocker({ username, secret, is }: RegistryLogin): DockerLogin {
  return is === 'identity_token' ? { identitytoken: secret } : { username, password: secret }
}

async function ofDocker(address: string, { log, folder = dockerFolder() }: LoginPlaces): Promise<DockerLogin | null> {
  const config = await dockerConfig(folder, log)
  const helper = textIn(config, 'credHelpers', address) ?? textIn(config, 'credsStore')
  return (helper === null ? null : await fromHelper(helper, address, log)) ?? fromFile(config, address)
}

function fromFile(config: unknown, registry: string): DockerLogin | null {
  const entry = (name: string) => [registry, `https://${registry}`, `http://${registry}`].map((key) => textIn(config, 'auths', key, name)).find(Boolean)
  const identitytoken = entry('identitytoken')
  if (identitytoken) return { identitytoken }
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(entry('auth') ?? '', 'base64').toString()) ?? []
  return username === undefined || password === undefined ? null : { username, password }
}

/** A helper that fails has no login for that registry. */
async function fromHelper(helper: string, registry: string, log: Log): Promise<DockerLogin | null> {
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
export function loginIn(text: string): DockerLogin | null {
  const answer = parsed(text)
  const [username, secret] = [textIn(answer, 'Username'), textIn(answer, 'Secret')]
  if (secret === null || username === null) return null
  return username === '<token>' ? { identitytoken: secret } : { username, password: secret }
}
