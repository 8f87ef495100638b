import { dict, isDict } from './model-text.ts'
import { subnetSizes } from './network.ts'
import type { ParsedFile } from './parse-compose.ts'

/** Of a service: with these, what Compose makes of the file decides which networks there are, and how large. */
const deciding = ['networks', 'network_mode', 'extends', 'deploy', 'scale', 'profiles']

/** Prefix length of the subnet of the default network where the file alone tells that there is no other; null: only Compose can tell. */
export function onlyNetwork({ root: { services, networks, include } }: Pick<ParsedFile, 'root'>): number | null {
  if (networks !== undefined || include !== undefined || !isDict(services)) return null
  const plain = Object.values(services).every((service) => isDict(service) && deciding.every((key) => !Object.hasOwn(service, key)))
  return plain ? (subnetSizes({ services: dict(Object.keys(services).map((name) => [name, {}])) })[0] ?? null) : null
}
