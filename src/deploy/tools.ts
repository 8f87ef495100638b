import type { Secrets } from '../text/secrets.ts'
import type { Places } from './places.ts'
import type { Ports } from './ports.ts'
import type { RouteTable } from './route-table.ts'
import type { StartingCount } from './starting-count.ts'

/** What the steps of a deployment work with: the ports, and the few things that all deployments of this process share. */
export interface Tools extends Ports {
  routes: RouteTable
  starting: StartingCount
  /** Revisions that are deployed at the same time; the others wait as they are. */
  places: Places
  /** What no log may show of Torii itself; absent: nothing. */
  ownSecrets?: () => Secrets
  log: Log
  /** Id of the deployment that trials (`torii suggest`) are made as. */
  trial: string
  /** Longest wait for a container to stop, whatever its stop_grace_period says; ms. */
  stopGrace: number
}

export interface Log {
  error(facts: object, message: string): void
  warn(facts: object, message: string): void
  info(facts: object, message: string): void
}
