import { X509Certificate } from 'node:crypto'
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { certifiedHosts, hostsOf, secureAddress } from '../api-hosts.ts'
import { type Config, ConfigError, readConfig } from '../config.ts'
import type { Clock } from '../deploy/ports.ts'
import { counted, listed } from '../deploy/words.ts'
import type { TokenView } from '../server/contract-access.ts'
import { oneLine } from '../text/one-line.ts'
import { createApi } from './api.ts'
import { createClient } from './client.ts'
import type { Finding } from './doctor.ts'
import { addressOf, localEndpoint } from './endpoint.ts'
import { unreachableUrls } from './unreachable-urls.ts'

const day = 24 * 3_600_000
/** Our own authority renews thirty days before the end. */
const soon = 14 * day

/** Who can reach the control plane, and with what. What runs goes before what is set here. */
export async function lookAtAccess(config: Config, clock: Clock): Promise<Finding[]> {
  const api = createApi(createClient(localEndpoint(config)))
  const [system, tokens] = await Promise.all([api.system().catch(() => null), api.tokens().catch(() => null)])
  const running = system === null ? config : runningConfig(config, system)
  const [certificate, key] = await Promise.all([certificateOf(running), running.secure?.files ? modeOf(running.secure.files.key) : null])
  return [
    judgeExposure(running, { certificate, key, now: clock.now() }),
    judgeUrls(running),
    judgeTokens(tokens?.tokens ?? null),
    judgeTokenFile(join(config.home, 'token'), await modeOf(join(config.home, 'token'))),
  ]
}

/** What a server was started with are variables again. */
function runningConfig(config: Config, { settings }: Record<string, unknown>): Config {
  try {
    const theirs = Object.entries(Object(settings) as Record<string, unknown>).filter((each): each is [string, string] => typeof each[1] === 'string')
    return { ...readConfig({ TORII_HOME: config.home, ...Object.fromEntries(theirs) }), apiPort: config.apiPort }
  } catch (error) {
    if (error instanceof ConfigError) return config
    throw error
  }
}

async function certificateOf({ secure, home }: Config): Promise<string | null> {
  if (secure === null) return null
  return readFile(secure.files?.cert ?? join(home, 'ca/api/leaf.pem'), 'utf8').catch(() => null)
}

async function modeOf(file: string): Promise<Pick<Stats, 'mode'> | string> {
  return stat(file).catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO')
}

interface Seen {
  /** PEM; null: there is none, or it cannot be read. */
  certificate: string | null
  key: Pick<Stats, 'mode'> | string | null
  now: number
}

export function judgeExposure(config: Pick<Config, 'apiHost' | 'apiPort' | 'secure' | 'apiHosts'>, { certificate, key, now }: Seen): Finding {
  const what = 'exposed API'
  const local = addressOf(config)
  if (config.secure === null) return { what, is: 'ok', found: `${local} alone, for whoever has a token`, todo: '' }
  const { bind, port, files } = config.secure
  const where = `${local}, and with TLS ${secureAddress(config)} (bound to ${bind}:${port}), for whoever has a token and is no container of an extension; asked as ${hostsOf(config).join(', ')}`
  const worse = (found: string, todo: string): Finding => ({ what, is: 'warning', found: `${where}; ${found}`, todo })
  const leaf = certificate === null ? null : leafIn(certificate)
  if (leaf === null && files === null) return worse('its certificate is not made yet', '`torii up` makes it.')
  if (leaf === null) return { ...worse('the certificate cannot be read', 'Correct TORII_API_CERT: the control plane does not start with it.'), is: 'missing' }
  if (typeof key === 'object' && key !== null && (key.mode & 0o077) !== 0) return worse('others can read its key', `chmod 600 ${oneLine(files?.key ?? '')}`)
  const until = `certificate until ${leaf.validToDate.toISOString().slice(0, 10)}`
  if (leaf.validToDate.getTime() - now < soon)
    return worse(until, files === null ? '`torii up` renews it.' : 'Put a new one in its place; it is read once a day.')
  // Of names and an address the names are what it is asked under.
  const asked = config.apiHosts.length > 0 ? certifiedHosts({ ...config, secure: null }).slice(0, -3) : [bind]
  const without = asked.filter((host) => (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) === undefined)
  if (without.length > 0) return worse(`${until}, which is not for ${listed(without)}`, 'Ask under a name that the certificate is for, or get one for these.')
  return { what, is: 'ok', found: `${where}; ${until}`, todo: '' }
}

/** Whether those who may deploy can also open what they deploy. */
export function judgeUrls(config: Pick<Config, 'secure' | 'publicHost' | 'bind'>): Finding {
  const what = 'public URLs'
  const worse = unreachableUrls(config)
  return worse === null ? { what, is: 'ok', found: `https://${config.publicHost}:…, bound to ${config.bind}`, todo: '' } : { what, is: 'warning', ...worse }
}

function leafIn(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

/** null: the control plane does not run, or does not tell. */
export function judgeTokens(tokens: Pick<TokenView, 'name' | 'state' | 'scope' | 'expiresAt'>[] | null): Finding {
  const what = 'tokens'
  if (tokens === null) return { what, is: 'ok', found: 'not known: the control plane does not run here', todo: '' }
  const active = tokens.filter(({ state }) => state === 'active')
  const endless = active.filter(({ expiresAt }) => expiresAt === null).map(({ name }) => oneLine(name))
  const admins = active.filter(({ scope }) => scope === 'admin').map(({ name }) => oneLine(name))
  const found = [
    active.length === 0 ? 'none but the state folder’s' : `${counted(active.length, 'token')} beside the state folder’s`,
    ...(admins.length > 0 ? [`with the scope admin: ${listed(admins)}`] : []),
    ...(endless.length > 0 ? [`never to expire: ${listed(endless)}`] : []),
  ].join('; ')
  if (endless.length === 0) return { what, is: 'ok', found, todo: '' }
  return { what, is: 'warning', found, todo: 'Replace them by tokens with an end: `torii token revoke`, then `torii token create … --expires 90d`.' }
}

export function judgeTokenFile(file: string, seen: Pick<Stats, 'mode'> | string): Finding {
  const what = 'token file'
  if (seen === 'ENOENT') return { what, is: 'ok', found: `${file} (not made yet)`, todo: '' }
  if (typeof seen === 'string') return { what, is: 'warning', found: `${file}: ${seen}`, todo: 'Call torii as its owner, or set TORII_HOME.' }
  if ((seen.mode & 0o077) === 0) return { what, is: 'ok', found: `${file}, for its owner alone`, todo: '' }
  const mode = (seen.mode & 0o777).toString(8)
  return {
    what,
    is: 'missing',
    found: `${file} has mode ${mode}: whoever reads it may do everything`,
    todo: `chmod 600 ${file}; if they are not trusted, remove it, \`torii down\` and \`torii up\`.`,
  }
}
