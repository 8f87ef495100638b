import { DeployError } from '../deploy/failure.ts'
import type { NetworkSpec } from '../deploy/ports.ts'
import { projectOf, type RevisionRef } from '../deploy/record.ts'
import { type Model, replicasOf, type Service, servicesOf } from './model.ts'
import { dict } from './model-text.ts'
import { labelsOf, type World } from './world.ts'

/** Networks of a model that any container joins, in the order subnets are given out: by name. */
export function networksOf(model: Model): string[] {
  return [...new Set(servicesOf(model).flatMap(([, service]) => (replicasOf(service) === 0 ? [] : joined(service))))].toSorted()
}

/** Networks a service joins: none with `network_mode`, the default one when it names none. */
export function joined(service: Service): string[] {
  if (service.network_mode !== undefined) return []
  const names = Object.keys(service.networks ?? {})
  return names.length === 0 ? ['default'] : names
}

/** Prefix lengths of the subnets a model needs, in the order of `networksOf`: half of each is for dynamic addresses. */
export function subnetSizes(model: Model): number[] {
  return networksOf(model).map((network) => {
    const members = servicesOf(model).filter(([, service]) => joined(service).includes(network))
    return sizeFor(members.reduce((sum, [, service]) => sum + replicasOf(service), 0))
  })
}

/** A /27 holds 14 containers: its lower half is a /28, without the network's address and the gateway's (measured). */
function sizeFor(containers: number): number {
  return Math.min(27, 31 - Math.ceil(Math.log2(containers + 2)))
}

/** Each network with its own subnet; nothing else of what the file says about addresses is kept. */
export function withSubnets(model: Model, subnets: string[], project: string, labels: Record<string, string>): Model['networks'] & object {
  const names = networksOf(model)
  if (subnets.length < names.length) throw new DeployError('network_exhausted', `${names.length} networks need a range each, but there are ${subnets.length}`)
  return dict(
    names.map((name, index) => {
      const subnet = subnets[index] ?? ''
      const { internal } = model.networks?.[name] ?? {}
      return [
        name,
        {
          name: `${project}_${name}`,
          ...(internal ? { internal } : {}),
          ipam: { config: [{ subnet, ip_range: lowerHalf(subnet) }] },
          labels: dict(Object.entries(labels)),
        },
      ]
    }),
  )
}

/**
 * What Compose makes of `withSubnets` of a model with one network. It takes a network with these two labels of its own for its own
 * (2.26.1 and 5.6.1).
 */
export function defaultNetwork(ref: RevisionRef, subnet: string, world: Pick<World, 'instance'>): NetworkSpec {
  const project = projectOf(ref)
  const composes = { 'com.docker.compose.project': project, 'com.docker.compose.network': 'default' }
  return { name: `${project}_default`, subnet, ipRange: lowerHalf(subnet), labels: { ...labelsOf(ref, world), ...composes } }
}

/** Dynamic addresses come from here: a fixed one from the upper half is never taken. */
export function lowerHalf(subnet: string): string {
  const { base, prefix } = parse(subnet)
  return `${format(base)}/${prefix + 1}`
}

/** The fixed address of the routed service: the third of the upper half (10.213.0.18 of 10.213.0.0/27). */
export function fixedAddress(subnet: string): string {
  const { base, prefix } = parse(subnet)
  return format(base + 2 ** (31 - prefix) + 2)
}

function parse(subnet: string): { base: number; prefix: number } {
  const [address = '', prefix] = subnet.split('/')
  return { base: address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0), prefix: Number(prefix) }
}

function format(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.')
}
