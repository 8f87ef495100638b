import type { Source } from '../deploy/record.ts'
import type { Port, Service } from './model.ts'
import { isKept } from './policy/publishing-rules.ts'
import { isSet } from './policy/rule.ts'

/** Only ports of the host that somebody has allowed: Compose publishes any other at one that is free. */
export function hostPorts(service: Service, { policy }: Pick<Source, 'policy'>): Port[] {
  return (service.ports ?? []).filter((port) => policy !== undefined && isSet(port.published) && isKept(port, policy))
}

export function publishedNotice(service: string, { host_ip: address, published, target }: Port): string {
  const where = isSet(address) ? `${address}:${published}` : `port ${published} of every address of this host`
  return `${service}: its port ${target} is published at ${where}, past the proxy.`
}
