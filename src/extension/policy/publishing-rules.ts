import type { Stance } from '../../deploy/consent.ts'
import { type Attachment, type Dict, type Port, replicasOf, type Service } from '../model.ts'
import { dict } from '../model-text.ts'
import { joined } from '../network.ts'
import { decisionOf } from './decide.ts'
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
    never: 'the file is refused before Compose reads it',
    reason: `a service may declare at most ${mostPorts} ports`,
    safer: 'Declare only the ports that are used.',
    find: (service) => ((service.ports ?? []).length > mostPorts ? [`ports: ${service.ports?.length} of them`] : []),
  },
  hostPort('host_port', (port) => !isLow(port), 'ports of the host are not published; the container’s port is kept for routing'),
  hostPort('low_host_port', isLow, 'ports of the host are not published, least of all one below 1024; the container’s port is kept for routing'),
  {
    name: 'replicated_host_port',
    decision: 'invalid',
    reason: 'only one container can have a port of the host',
    safer: 'Ask for one replica, or leave the host’s port out.',
    find: (service, { stance }) =>
      replicasOf(service) > 1 ? (service.ports ?? []).filter((port) => isSet(port.published) && isKept(port, stance)).map(saidPort) : [],
  },
  {
    name: 'foreign_label',
    decision: 'rewrite',
    never: 'Torii finds its containers by them',
    seen: 'route hijacks through `traefik.*` labels; Arcane CVE-2026-23520 (a label that reached a shell)',
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
    never: 'two revisions could not stand side by side',
    reason: 'names of containers are Torii’s; siblings still find it by that name',
    safer: 'Remove `container_name`: siblings find a service by its own name.',
    find: (service) => when(service, 'container_name'),
    rewrite: ({ container_name: alias, ...service }) => (alias === undefined ? service : withAlias(service, alias)),
  },
  {
    name: 'static_address',
    decision: 'rewrite',
    never: 'routes lead to the addresses that Torii gives',
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

/** A row about ports of the host: allowed, they are published past the proxy (reading 31). */
function hostPort(name: string, isMeant: (port: Port) => boolean, reason: string): Rule<Service> {
  const isAsked = (port: Port) => isMeant(port) && (isSet(port.published) || isSet(port.host_ip))
  // Compose publishes a port that names none of the host's at any that is free.
  const isLeft = (port: Port) => isMeant(port) && !isSet(port.published)
  return {
    name,
    decision: 'rewrite',
    reason,
    safer: 'Write only the container’s port, or `expose` it.',
    find: (service, { rewritten }) => (service.ports ?? []).filter((port) => isAsked(port) || (rewritten !== null && isLeft(port))).map(saidPort),
    rewrite: (service) => ({ ...service, ports: (service.ports ?? []).map((port) => (isAsked(port) ? withoutHost(port) : port)) }),
    isUsual: (found) => /^host port (?:\S*:)?(\d+) for \1(?:\/udp)?$/.test(found),
  }
}

function withoutHost({ published: _, host_ip: __, ...port }: Port): Port {
  return port
}

/** A range of them is as low as its first. */
function isLow({ published }: Port): boolean {
  return isSet(published) && Number(String(published).split('-')[0]) < 1024
}

/** Whether it stays: somebody has allowed it, for one deploy or in the operator's file. */
export function isKept(port: Port, stance: Stance): boolean {
  return decisionOf({ name: isLow(port) ? 'low_host_port' : 'host_port', decision: 'rewrite' }, stance) === 'allow'
}

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
