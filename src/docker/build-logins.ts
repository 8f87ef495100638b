import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RegistryLogin } from '../deploy/registry-port.ts'
import { serverAddress } from '../registry-host.ts'
import { dockerConfig, dockerFolder } from './docker-config.ts'
import { asDocker, type LoginPlaces } from './registry-login.ts'

/**
 * A configuration folder for one run of buildx: the user's own settings and logins, with those of Torii over them. BuildKit asks for a login
 * by the host of the image alone. Answers its path; whoever made `below` removes it.
 */
export async function writeBuildLogins(below: string, { own, log, folder = dockerFolder() }: LoginPlaces): Promise<string> {
  const config = merged(await dockerConfig(folder, log), await own.all())
  const path = join(below, 'docker')
  await mkdir(path, { mode: 0o700 })
  await writeFile(join(path, 'config.json'), JSON.stringify(config), { mode: 0o600, flag: 'wx' })
  return path
}

/** An empty helper means the file itself (docker/cli, configfile.GetCredentialsStore): else the user's helper would be asked for ours. */
function merged(config: Record<string, unknown>, own: Map<string, RegistryLogin>): Record<string, unknown> {
  const addresses = [...own].map(([host, login]) => [serverAddress(host), login] as const)
  const auths = addresses.map(([address, login]) => [address, entryOf(login)])
  return {
    ...config,
    auths: { ...Object(config['auths']), ...Object.fromEntries(auths) },
    credHelpers: { ...Object(config['credHelpers']), ...Object.fromEntries(addresses.map(([address]) => [address, ''])) },
  }
}

function entryOf(login: RegistryLogin): object {
  const { username = '', password = '', identitytoken } = asDocker(login)
  const auth = Buffer.from(`${username}:${password}`).toString('base64')
  return identitytoken === undefined ? { auth } : { auth: Buffer.from(`${login.username}:`).toString('base64'), identitytoken }
}
