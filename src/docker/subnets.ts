import { readFile } from 'node:fs/promises'
import type { Ask } from '../engine-api/ask.ts'
import { routesIn } from '../ipv4.ts'

interface Network {
  IPAM?: { Config?: { Subnet?: string }[] | null } | null
}

/** IPv4 subnets (CIDR) of the engine's networks, and routes of this host where it is the engine's own. */
export async function takenSubnets(ask: Ask): Promise<string[]> {
  const [networks, table] = await Promise.all([ask<Network[]>({ path: '/networks' }), readFile('/proc/net/route', 'utf8').catch(() => '')])
  const ofNetworks = networks.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet?.includes('.') ? [Subnet] : [])))
  // The default route is everybody's.
  const ofHost = routesIn(table).flatMap(({ cidr }) => (cidr.endsWith('/0') ? [] : [cidr]))
  return [...new Set([...ofNetworks, ...ofHost])]
}
