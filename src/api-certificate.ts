import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { certifiedHosts } from './api-hosts.ts'
import { type Config, ConfigError } from './config.ts'
import type { Clock } from './deploy/ports.ts'
import { onceADay } from './once-a-day.ts'
import { oneLine } from './text/one-line.ts'
import { type Authority, createAuthority } from './traefik/authority.ts'

/** PEM. */
export interface Keys {
  cert: string
  key: string
}

type ApiConfig = Pick<Config, 'home' | 'publicHost' | 'apiHosts' | 'secure'>

/**
 * The certificate of the control plane beyond loopback: the operator's files, else one that our own authority signs; null where it does
 * not listen there. Rejects with ConfigError where the files are no pair of certificate and key that is good now.
 */
export async function apiKeys(config: ApiConfig, clock: Clock): Promise<Keys | null> {
  if (config.secure === null) return null
  return config.secure.files === null ? ownKeys(config, createAuthority({ config, clock })) : checkedFiles(config.secure.files, clock.now())
}

/** Looks once a day whether there is another certificate, and has it served; what cannot be read leaves the one before. */
export async function keepApiKeys(
  config: ApiConfig,
  serve: (keys: Keys) => void,
  needs: { clock: Clock; log: { warn(facts: object, message: string): void } },
  signal: AbortSignal,
): Promise<void> {
  const look = async () => {
    const keys = await apiKeys(config, needs.clock)
    if (keys !== null) serve(keys)
  }
  return onceADay(look, 'the certificate of the control plane could not be renewed', needs, signal)
}

/** Beside the proxy's, not among it: this key goes into no container. */
async function ownKeys(config: ApiConfig, authority: Authority): Promise<Keys> {
  const leaf = await authority.leafFor(join(config.home, 'ca/api'), certifiedHosts(config))
  return { cert: leaf, key: leaf }
}

async function checkedFiles(files: { cert: string; key: string }, nowMs: number): Promise<Keys> {
  const [cert, key] = await Promise.all([textOf('TORII_API_CERT', files.cert), textOf('TORII_API_KEY', files.key)])
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new ConfigError(`TORII_API_CERT and TORII_API_KEY are no certificate and its key in PEM (${oneLine((error as Error).message, 120)}).`)
  }
  const { validTo, validToDate } = new X509Certificate(cert)
  if (validToDate.getTime() <= nowMs) throw new ConfigError(`The certificate ${files.cert} (TORII_API_CERT) has ended on ${validTo}: put a new one there.`)
  return { cert, key }
}

async function textOf(variable: string, file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(`${variable} must be a file that can be read, but ${file} cannot (${error.code}).`)
  })
}
