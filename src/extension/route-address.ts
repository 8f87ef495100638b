import { type Model, replicasOf } from './model.ts'
import { fixedAddress, joined, networksOf } from './network.ts'

export interface Route {
  service: string
  port: number
  /** null with replicas (the second would fail to start) or without a network of ours. */
  address: string | null
  network: string | null
}

/** The route with its fixed address, so that a restarted container keeps its route with nobody awake (design §7). */
export function fixedRoute(route: { service: string; port: number } | null, model: Model, subnets: string[]): Route | null {
  const service = route === null ? undefined : model.services?.[route.service]
  if (route === null || service === undefined) return null
  const networks = joined(service).toSorted()
  const network = (networks.includes('default') ? 'default' : networks[0]) ?? null
  const subnet = network === null ? undefined : subnets[networksOf(model).indexOf(network)]
  if (subnet === undefined || replicasOf(service) !== 1) return { ...route, address: null, network: null }
  return { ...route, address: fixedAddress(subnet), network }
}
