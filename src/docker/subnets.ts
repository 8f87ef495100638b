import { readFile } from 'node:fs/promises'
import type { Ask } from '../engine-api/ask.ts'

interface Network {
  IPAM?: { Config?: { Subnet?: string }[] | null } | null
}

/** IPv4 subnets (CIDR) of the engine's networks, and routes of this host where it is the engine's own. */
export async function takenSubnets(ask: Ask): Promise<string[]> {
  const [networks, table] = await Promise.all([ask<Network[]>({ path: '/networks' }), readFile('/proc/net/route', 'utf8').catch(() => '')])
  const ofNetworks = networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet?.includes('.') ? [Subnet] : [])))
  return [...new Set([...ofNetworks, ...routesIn(table)])]
}

/** /proc/net/route: addresses and masks as little-endian hex. The default route is everybody's. */
export function routesIn(table: string): string[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => /^[0-9A-F]{8}$/i.test(fields[1] ?? '') && /^[0-9A-F]{8}$/i.test(fields[7] ?? ''))
    .map((fields) => `${dotted(fields[1] ?? '')}/${bitsOf(fields[7] ?? '')}`)
    .filter((cidr) => !cidr.endsWith('/0'))
}

function dotted(hex: string): string {
  return bytesOf(hex).join('.')
}

function bitsOf(hex: string): number {
  return bytesOf(hex).reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
}

function bytesOf(hex: string): number[] {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
}
