import { isInside } from '../../files/inside.ts'
import { type FileSource, type Model, type Network, replicasOf, servicesOf, type Volume } from '../model.ts'
import { undollar } from '../model-text.ts'
import { volumeName } from '../volumes.ts'
import { isSet, type Rule, shown, when } from './rule.ts'

const mostContainers = 100
const ownNetworks = 'Torii makes every network itself'
const ownVolumes = 'Torii makes every volume itself'
const ownFiles = 'Torii writes these files itself, from the folder alone'

/** Rows about the file's top level. */
export const modelRules: Rule<Model>[] = [
  {
    name: 'unknown_section',
    decision: 'deny',
    never: 'what nobody has judged nobody can answer for',
    reason: 'nobody has judged this part of a Compose file yet',
    safer: 'Remove it.',
    find: (model) =>
      Object.entries(model)
        .filter(
          ([key, value]) =>
            isSet(value) && !key.startsWith('x-') && !['name', 'version', 'services', 'networks', 'volumes', 'configs', 'secrets'].includes(key),
        )
        .map(([key, value]) => shown(key, value)),
  },
  {
    name: 'many_containers',
    decision: 'ask',
    reason: `more than ${mostContainers} containers of one extension`,
    safer: `Ask for at most ${mostContainers} in all.`,
    find: (model) => {
      const sum = servicesOf(model).reduce((all, [, service]) => all + replicasOf(service), 0)
      return sum > mostContainers ? [`services: ${sum} containers`] : []
    },
  },
]

/** Rows about `networks:`. */
export const networkRules: Rule<Network>[] = [
  {
    name: 'external_network',
    decision: 'deny',
    never: ownNetworks,
    reason: 'it joins a network that belongs to somebody else',
    safer: 'Remove `external`; the network is made for this deployment.',
    find: (network) => when(network, 'external', isOn),
  },
  {
    name: 'network_driver',
    decision: 'deny',
    never: ownNetworks,
    reason: 'only bridge networks stay on this host and apart from each other',
    safer: 'Remove `driver`.',
    find: (network) => when(network, 'driver', (value) => isSet(value) && value !== 'bridge'),
  },
  {
    name: 'network_options',
    decision: 'deny',
    never: ownNetworks,
    reason: 'it changes how the engine makes the network',
    safer: 'Remove `driver_opts`.',
    find: (network) => when(network, 'driver_opts'),
  },
  {
    name: 'network_addresses',
    decision: 'deny',
    never: ownNetworks,
    reason: 'address ranges are given out by Torii, so that deployments never collide',
    safer: 'Remove `ipam` and reach services by their names.',
    find: (network, { rewritten }) =>
      addressesOf(network).every((subnet) => rewritten?.subnets.includes(subnet)) && !isSet(network.ipam?.['driver']) ? [] : ['ipam'],
  },
  {
    name: 'network_name',
    decision: 'rewrite',
    never: ownNetworks,
    reason: 'it would join a network of that name, so the deployment’s own name is used',
    safer: 'Remove `name`.',
    find: (network, { project }, name) => when(network, 'name', (value) => isSet(value) && value !== `${project}_${name}`),
    rewrite: ({ name: _, ...network }) => network,
  },
]

/** Rows about `volumes:`. */
export const volumeRules: Rule<Volume>[] = [
  {
    name: 'external_volume',
    decision: 'deny',
    never: ownVolumes,
    reason: 'it mounts a volume that belongs to somebody else',
    safer: 'Remove `external`; the volume is made for this deployment and outlives its revisions.',
    find: (volume, { rewritten, deployment }, name) =>
      when(volume, 'external', (value) => isOn(value) && !(rewritten !== null && volume.name === volumeName(deployment, name))),
  },
  {
    name: 'volume_driver',
    decision: 'deny',
    never: ownVolumes,
    reason: 'other drivers reach places that no rule sees',
    safer: 'Remove `driver`.',
    find: (volume) => when(volume, 'driver', (value) => isSet(value) && value !== 'local'),
  },
  {
    name: 'volume_options',
    decision: 'deny',
    never: ownVolumes,
    seen: 'CVE-2026-44849 (Portainer: a bind by way of `driver_opts`)',
    reason: 'they can bind any folder of the host',
    safer: 'Remove `driver_opts`.',
    find: (volume) => when(volume, 'driver_opts'),
  },
  {
    name: 'volume_name',
    decision: 'rewrite',
    never: ownVolumes,
    reason: 'it would join a volume of that name, so the deployment’s own name is used',
    safer: 'Remove `name`.',
    find: (volume, { project, rewritten }, name) => (rewritten === null ? when(volume, 'name', (value) => isSet(value) && value !== `${project}_${name}`) : []),
    rewrite: ({ name: _, ...volume }) => volume,
  },
]

/** Rows about `configs:` and `secrets:`. */
export const fileRules: Rule<FileSource>[] = [
  {
    name: 'external_file',
    decision: 'deny',
    never: ownFiles,
    reason: 'there is no store of configs and secrets that it could come from',
    safer: 'Use `file:`, `content:` or `environment:`.',
    find: (source) => when(source, 'external', isOn),
  },
  {
    name: 'file_source_outside',
    decision: 'deny',
    never: ownFiles,
    reason: 'it lies outside the extension’s folder',
    safer: 'Put the file into the folder, or give the value with `environment:`.',
    find: (source, context) => when(source, 'file', (value) => isSet(value) && !isInside(context.folder, context.look(undollar(String(value))).real)),
  },
  {
    name: 'guarded_file_source',
    decision: 'deny',
    never: ownFiles,
    reason: 'it is a file of the system or of Torii itself',
    safer: 'Put the value into a file of the extension.',
    find: (source, context) =>
      when(source, 'file', (value) => {
        if (!isSet(value)) return false
        const { real } = context.look(undollar(String(value)))
        return context.guarded.paths.some((path) => isInside(path, real) && !isInside(path, context.folder))
      }),
  },
  {
    name: 'file_driver',
    decision: 'deny',
    never: ownFiles,
    reason: 'drivers read from places that no rule sees',
    safer: 'Use `file:`, `content:` or `environment:`.',
    find: (source) => ['driver', 'driver_opts', 'template_driver'].flatMap((key) => when(source, key)),
  },
]

function isOn(value: unknown): boolean {
  return isSet(value) && value !== 'false'
}

function addressesOf(network: Network): string[] {
  const config = network.ipam?.['config']
  return Array.isArray(config) ? config.map((each: { subnet?: unknown }) => String(each.subnet)) : []
}
