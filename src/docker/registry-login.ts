import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { programPath } from './program-path.ts'

interface DockerConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string }>
  credsStore?: string
  credHelpers?: Record<string, string>
}

/** The `X-Registry-Auth` that `docker login` left for this image's registry; null: none. */
export async function registryLogin(ref: string, folder = join(homedir(), '.docker')): Promise<string | null> {
  const config = await configIn(folder)
  const registry = registryOf(ref)
  const helper = config.credHelpers?.[registry] ?? config.credsStore
  const login = (helper ? await fromHelper(helper, registry) : null) ?? fromFile(config, registry)
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

async function configIn(folder: string): Promise<DockerConfig> {
  try {
    return JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as DockerConfig
  } catch {
    return {}
  }
}

function fromFile({ auths = {} }: DockerConfig, registry: string): object | null {
  const entry = auths[registry] ?? auths[`https://${registry}`] ?? auths[`http://${registry}`]
  if (entry?.identitytoken) return { identitytoken: entry.identitytoken }
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(entry?.auth ?? '', 'base64').toString()) ?? []
  return username === undefined ? null : { username, password }
}

async function fromHelper(helper: string, registry: string): Promise<object | null> {
  if (!/^[\w.-]+$/.test(helper)) return null
  const env = { PATH: programPath, HOME: homedir() }
  const { stdout, failed } = await execa(`docker-credential-${helper}`, ['get'], { input: registry, env, extendEnv: false, reject: false, timeout: 10_000 })
  if (failed) return null
  const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string }
  return Username === '<token>' ? { identitytoken: Secret } : { username: Username, password: Secret }
}
