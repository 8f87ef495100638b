import { isIPv6 } from 'node:net'
import type { Config } from './config.ts'

type ApiConfig = Pick<Config, 'secure' | 'apiHosts'>

/** Values of `Host` that the control plane answers to beside loopback's with its own port. */
export function hostsOf({ secure, apiHosts }: ApiConfig): string[] {
  if (secure === null) return apiHosts
  const named = apiHosts.flatMap((host) => (hasPort(host) ? [host] : [host, `${host}:${secure.port}`]))
  return isWildcard(secure.bind) ? named : [...named, `${inBrackets(secure.bind)}:${secure.port}`]
}

/** Names and addresses that the certificate of our own authority is for. */
export function certifiedHosts({ secure, apiHosts }: ApiConfig): string[] {
  const names = apiHosts.map((host) => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'))
  const bound = secure === null || isWildcard(secure.bind) ? [] : [secure.bind]
  return [...new Set([...names, ...bound, 'localhost', '127.0.0.1', '::1'])]
}

/** Where others reach it: the first name that it answers to. null: nowhere. */
export function secureAddress(config: ApiConfig): string | null {
  if (config.secure === null) return null
  const [host = ''] = hostsOf(config).filter(hasPort)
  return `https://${host}`
}

function hasPort(host: string): boolean {
  return /:\d+$/.test(host) && !/^\[[^\]]*$/.test(host)
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function inBrackets(address: string): string {
  return isIPv6(address) ? `[${address}]` : address
}
