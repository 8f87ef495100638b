import { isIPv6 } from 'node:net'
import type { Config } from '../config.ts'
import { listed } from '../deploy/words.ts'

/** Where others may ask the control plane, and what they deploy is of use to this machine alone; null: it is not so. */
export function unreachableUrls({ secure, publicHost, bind }: Pick<Config, 'secure' | 'publicHost' | 'bind'>): { found: string; todo: string } | null {
  if (secure === null) return null
  const named = isLoopback(publicHost) ? ['TORII_PUBLIC_HOST to a name or address of this machine'] : []
  const bound = isLoopback(bind) ? [`TORII_BIND to the address it has for them, such as ${isIPv6(secure.bind) ? '0.0.0.0' : secure.bind}`] : []
  if (named.length + bound.length === 0) return null
  return {
    found: `others may ask the control plane, but the URLs of deployments say https://${publicHost}:… and are bound to ${bind}`,
    todo: `Set ${listed([...named, ...bound])}.`,
  }
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host)
}
