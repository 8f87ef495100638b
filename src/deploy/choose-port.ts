import { DeployError } from './failure.ts'

export interface PortWish {
  /** --port; null: any. */
  asked: number | null
  /** Of the deployment's newest revision: it stays where it was. */
  before: number | null
  /** Entrypoints the proxy serves. */
  served: number[]
  /** Held by other deployments. */
  held: Set<number>
}

/** The public port of a revision's `port` route. Rejects with port_unavailable, or port_in_use where --port names one that is held. */
export function choosePort({ asked, before, served, held }: PortWish): number {
  if (asked !== null) return askedPort(asked, served, held)
  if (before !== null && served.includes(before) && !held.has(before)) return before
  const free = served.find((port) => !held.has(port))
  if (free === undefined) throw new DeployError('port_unavailable', `all ${served.length} ports of the proxy are taken`)
  return free
}

function askedPort(asked: number, served: number[], held: Set<number>): number {
  if (held.has(asked)) throw new DeployError('port_in_use', `${asked} belongs to another deployment`)
  if (!served.includes(asked)) throw new DeployError('port_unavailable', `${asked} is not among the ports that the proxy serves${rangeOf(served)}`)
  return asked
}

function rangeOf(served: number[]): string {
  return served.length === 0 ? '' : ` (${Math.min(...served)}-${Math.max(...served)})`
}
