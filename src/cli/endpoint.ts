import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, environmentValue } from '../config.ts'
import { oneLine } from '../text/one-line.ts'
import { serverError, usageError } from './cli-error.ts'

/** What every command that asks a control plane may be told about it. */
export interface ServerOptions {
  /** Else TORII_SERVER, else the one of this machine. */
  server?: string
  /** A file; else TORII_TOKEN, which is the token itself. */
  tokenFile?: string
  /** Else TORII_CA, else the authorities that Node trusts. */
  ca?: string
}

/** Where a control plane is asked, and by what both sides know each other. */
export interface Endpoint {
  /** Scheme, host and port: `https://torii.example.org:8482`. */
  origin: string
  /** What people are told: host and port. */
  address: string
  /** Named by the caller: nothing of this machine is started or read for it. */
  remote: boolean
  credentials(): Promise<Credentials>
}

export interface Credentials {
  token: string
  /** PEM of the authorities to trust; null: those that Node trusts. */
  ca: string | null
}

type Variables = (name: string) => string | undefined

/** Throws a CliError where what was given cannot be an address. */
export function endpointOf(
  { server, tokenFile, ca }: ServerOptions,
  config: Pick<Config, 'home' | 'apiHost' | 'apiPort'>,
  variable: Variables = environmentValue,
): Endpoint {
  const named = server ?? variable('TORII_SERVER') ?? ''
  if (named !== '') return remoteEndpoint(named, { tokenFile, ca: ca ?? variable('TORII_CA') }, variable)
  if (tokenFile !== undefined || ca !== undefined)
    throw usageError('A token file or an authority is for another control plane than this machine’s.', 'Name that one with --server URL or TORII_SERVER.')
  return localEndpoint(config)
}

export function localEndpoint(config: Pick<Config, 'home' | 'apiHost' | 'apiPort'>): Endpoint {
  const address = addressOf(config)
  return { origin: `http://${address}`, address, remote: false, credentials: async () => ({ token: await localToken(config.home), ca: null }) }
}

export function addressOf({ apiHost, apiPort }: Pick<Config, 'apiHost' | 'apiPort'>): string {
  return `${apiHost}:${apiPort}`
}

function remoteEndpoint(text: string, { tokenFile, ca }: { tokenFile: string | undefined; ca: string | undefined }, variable: Variables): Endpoint {
  const { origin, host } = remoteAddress(text)
  return {
    origin,
    address: host,
    remote: true,
    credentials: async () => ({ token: await remoteToken(host, tokenFile, variable), ca: ca ? await fileText(ca, 'authority') : null }),
  }
}

/** In clear only to this machine itself, where a tunnel may end: a token that travels in clear is everybody's. */
function remoteAddress(text: string): URL {
  const url = URL.parse(text)
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search + url.hash + url.username + url.password === ''
  if (!isPlain)
    throw usageError(`"${oneLine(text, 100)}" is no address of a control plane.`, 'Write it as https://NAME:PORT, for example https://torii.example.org:8482.')
  if (url.protocol === 'http:' && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname))
    throw usageError(`A token would travel to ${oneLine(url.host)} in clear.`, 'Write https:// instead of http://.')
  return url
}

async function remoteToken(host: string, tokenFile: string | undefined, variable: Variables): Promise<string> {
  const token = tokenFile === undefined ? (variable('TORII_TOKEN') ?? '') : await fileText(tokenFile, 'token')
  if (/^[\w-]{20,200}$/.test(token.trim())) return token.trim()
  if (tokenFile === undefined && existsSync(token.trim()))
    throw usageError('TORII_TOKEN is the token itself, but names a file.', `Unset it and give the file with \`--token-file ${oneLine(token.trim())}\`.`)
  const where = tokenFile === undefined ? 'TORII_TOKEN' : oneLine(tokenFile)
  throw usageError(
    token === '' ? `There is no token for ${oneLine(host)}.` : `${where} holds no token.`,
    'Have one made there (`torii token create NAME --scope …`), and give it itself in TORII_TOKEN, or a file that holds it with --token-file FILE.',
  )
}

async function fileText(file: string, what: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw usageError(`The ${what} file ${oneLine(file)} cannot be read (${error.code}).`, 'Name a file that is there.')
  })
}

/** The server makes it at its first start; without one any answer is a refusal that says what is wrong. */
async function localToken(home: string): Promise<string> {
  try {
    return (await readFile(join(home, 'token'), 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return 'none'
    throw serverError(
      `The state folder ${home} cannot be read by this user.`,
      'Call torii as the user that started it, or set TORII_HOME to a folder of your own.',
      error,
    )
  }
}
