import type { Service } from '../model.ts'
import { isSet, type Rule, when } from './rule.ts'

const namespaces = ['network_mode', 'pid', 'ipc', 'uts', 'cgroup', 'userns_mode']

/** Values that keep a container to itself (docker run, `--ipc`, `--cgroupns`; Docker 26.1). */
const ownValues = { pid: ['private'], ipc: ['none', 'private', 'shareable'], uts: ['private'], cgroup: ['private'] }

/** Rows about privilege and the walls between a container and the host. */
export const namespaceRules: Rule<Service>[] = [
  {
    name: 'privileged',
    decision: 'deny',
    reason: 'a privileged container owns the host',
    seen: 'CVE-2024-21626, CVE-2025-31133, CVE-2025-52565, CVE-2025-52881 (runc: a container that is less confined is an easier way out)',
    safer: 'Remove `privileged: true`; what Docker gives by default (CHOWN, SETUID, NET_BIND_SERVICE and the like) is allowed, more is not.',
    find: (service) => when(service, 'privileged', (value) => isSet(value) && value !== 'false'),
  },
  {
    name: 'host_namespace',
    decision: 'deny',
    reason: 'it takes down the wall between the container and the host',
    safer: 'Remove it: services reach each other by name, and the proxy reaches the routed port.',
    find: (service) => namespaces.flatMap((key) => when(service, key, (value) => value === 'host' || (key === 'userns_mode' && isSet(value)))),
  },
  {
    name: 'foreign_container',
    decision: 'deny',
    reason: 'it enters a container that is not of this extension',
    safer: 'Name a service of this file instead: `service:NAME`.',
    find: (service, { model }) =>
      namespaces.flatMap((key) => when(service, key, (value) => typeof value === 'string' && leadsElsewhere(value, Object.keys(model.services ?? {})))),
  },
  {
    name: 'joined_namespace',
    decision: 'ask',
    reason: 'two containers behind one wall: what is allowed to one is allowed to the other',
    safer: 'Remove it: services reach each other by name.',
    find: (service, { model }) =>
      namespaces.flatMap((key) =>
        when(service, key, (value) => String(value).startsWith('service:') && !leadsElsewhere(String(value), Object.keys(model.services ?? {}))),
      ),
  },
  {
    name: 'foreign_network',
    decision: 'deny',
    reason: 'it joins a network by name that belongs to somebody else',
    safer: 'Declare the network under `networks:`; it is made for this deployment.',
    find: (service) => when(service, 'network_mode', (value) => isSet(value) && !/^(none|bridge|default|host|(service|container):.*)$/s.test(String(value))),
  },
  {
    name: 'unknown_namespace',
    decision: 'deny',
    reason: 'nobody has judged this value yet',
    safer: 'Remove it.',
    find: (service) => Object.entries(ownValues).flatMap(([key, values]) => when(service, key, (value) => isSet(value) && !isJudged(String(value), values))),
  },
  {
    name: 'shared_bridge',
    decision: 'rewrite',
    never: 'addresses on that bridge are not Torii’s, so no route could lead there',
    reason: 'the engine’s default bridge is shared with everything on the host, so the deployment’s own network is used',
    safer: 'Remove `network_mode`.',
    find: (service) => when(service, 'network_mode', (value) => value === 'bridge' || value === 'default'),
    rewrite: ({ network_mode: _, ...service }) => service,
  },
  {
    name: 'foreign_volumes_from',
    decision: 'deny',
    reason: 'it mounts the volumes of a container that is not of this extension',
    safer: 'Share a named volume between the services instead.',
    find: (service, { model }) => {
      const from = (service as { volumes_from?: unknown }).volumes_from
      const names = Array.isArray(from) ? from.map(String) : []
      return names.filter((name) => !Object.hasOwn(model.services ?? {}, name.split(':')[0] ?? '')).map((name) => `volumes_from: ${name}`)
    },
  },
]

function leadsElsewhere(value: string, services: string[]): boolean {
  if (value.startsWith('container:')) return true
  return value.startsWith('service:') && !services.includes(value.slice('service:'.length))
}

/** Other rows look at what leads to the host or into another container. */
function isJudged(value: string, own: string[]): boolean {
  return own.includes(value) || value === 'host' || /^(service|container):/.test(value)
}
