import type { Attachment, Dict, Port, Service } from '../model.ts'
import { dict } from '../model-text.ts'
import { joined } from '../network.ts'
import { type Context, isSet, type Rule, when } from './rule.ts'

const foreign = /^(traefik\.|com\.docker\.|torii\.)/
/** The only labels of ours, on containers and on networks. */
export const ourLabels = ['torii.instance', 'torii.deployment', 'torii.revision', 'torii.service']
const mostPorts = 32

/** Rows about names, labels, ports and addresses: what a service shows to others. */
export const publishingRules: Rule<Service>[] = [
  {
    name: 'port_range',
    decision: 'deny',
    reason: `a service may declare at most ${mostPorts} ports`,
    safer: 'Declare only the ports that are used.',
    find: (service) => ((service.ports ?? []).length > mostPorts ? [`ports: ${service.ports?.length} of them`] : []),
  },
  {
    name: 'host_port',
    decision: 'rewrite',
    reason: 'ports of the host are not published; the container’s port is kept for routing',
    safer: 'Write only the container’s port, or `expose` it.',
    find: (service, { rewritten }) => (service.ports ?? []).filter((port) => rewritten !== null || isSet(port.published) || isSet(port.host_ip)).map(saidPort),
    rewrite: (service) => ({ ...service, ports: (service.ports ?? []).map(({ published: _, host_ip: __, ...port }) => port) }),
    isUsual: (found) => /^host port (?:\S*:)?(\d+) for \1(?:\/udp)?$/.test(found),
  },
  {
    name: 'foreign_label',
    decision: 'rewrite',
    reason: 'these labels belong to the proxy, to Compose or to Torii, so they are left out',
    safer: 'Remove them; Torii makes the routes itself.',
    find: (service, context) =>
      [...labelNames(service.labels), ...labelNames(service.deploy?.labels)].filter((name) => isForeign(name, context)).map((name) => `label ${name}`),
    rewrite: (service, context) => ({
      ...service,
      labels: ownLabels(service.labels, context),
      ...(service.deploy?.labels ? { deploy: { ...service.deploy, labels: ownLabels(service.deploy.labels, context) } } : {}),
    }),
  },
  {
    name: 'container_name',
    decision: 'rewrite',
    reason: 'names of containers are Torii’s; siblings still find it by that name',
    safer: 'Remove `container_name`: siblings find a service by its own name.',
    find: (service) => when(service, 'container_name'),
    rewrite: ({ container_name: alias, ...service }) => (alias === undefined ? service : withAlias(service, alias)),
  },
  {
    name: 'static_address',
    decision: 'rewrite',
    reason: 'addresses are given out by Torii, so it is left out',
    safer: 'Reach services by their names.',
    find: (service, { rewritten }) =>
      attachments(service).flatMap(([name, attachment]) =>
        (rewritten === null ? addressKeys : addressKeys.slice(1)).flatMap((key) => when(attachment ?? {}, key).map((found) => `networks.${name}.${found}`)),
      ),
    rewrite: (service) => ({ ...service, networks: dict(attachments(service).map(([name, attachment]) => [name, withoutAddress(attachment)])) }),
  },
  {
    name: 'attachment_option',
    decision: 'deny',
    reason: 'it changes how the engine connects the network',
    safer: 'Remove it.',
    find: (service) => attachments(service).flatMap(([name, attachment]) => when(attachment ?? {}, 'driver_opts').map((found) => `networks.${name}.${found}`)),
  },
]

const addressKeys = ['ipv4_address', 'ipv6_address', 'link_local_ips']

function attachments(service: Service): [string, Attachment | null][] {
  return Object.entries(service.networks ?? {})
}

function withoutAddress(attachment: Attachment | null): Attachment | null {
  return attachment === null ? null : Object.fromEntries(Object.entries(attachment).filter(([key]) => !addressKeys.includes(key)))
}

function saidPort(port: Port): string {
  const host = [port.host_ip, port.published].filter(isSet).join(':')
  return `host port ${host || '(any)'} for ${port.target}${port.protocol === 'udp' ? '/udp' : ''}`
}

function labelNames(labels: Service['labels']): string[] {
  return Array.isArray(labels) ? labels.map((label) => label.split('=')[0] ?? '') : Object.keys(labels ?? {})
}

function isForeign(name: string, { rewritten }: Context): boolean {
  return foreign.test(name.toLowerCase()) && !(rewritten !== null && ourLabels.includes(name))
}

function ownLabels(labels: Service['labels'], context: Context): Dict {
  const entries = Array.isArray(labels) ? labels.map((label) => label.split(/=(.*)/s) as [string, string?]) : Object.entries(labels ?? {})
  return dict(entries.filter(([name]) => !isForeign(name, context)).map(([name, value]) => [name, value ?? '']))
}

function withAlias(service: Service, alias: string): Service {
  const networks = dict(joined(service).map((name) => [name, aliased(service.networks?.[name] ?? null, alias)]))
  return service.network_mode === undefined ? { ...service, networks } : service
}

function aliased(attachment: Attachment | null, alias: string): Attachment {
  return { ...attachment, aliases: [...new Set([...(attachment?.aliases ?? []), alias])] }
}
