import type { Ports, Route } from './ports.ts'
import { routesOf } from './routes.ts'

/** All routes of all deployments, as the record says; what the proxy is given is always the whole. */
export interface RouteTable {
  /** Reads what the record says of this deployment now, and publishes. */
  refresh(deployment: string): Promise<void>
  /** The same for all: at the start of a server. */
  refreshAll(): Promise<void>
}

/** The map is only a cache of the record, so that one change does not read all deployments again. */
export function createRouteTable({ store, proxy }: Pick<Ports, 'store' | 'proxy'>): RouteTable {
  const routes = new Map<string, Route[]>()
  let known: Promise<void> | null = null
  let last: Promise<unknown> = Promise.resolve()
  const publish = () => proxy.publish([...routes.values()].flat())

  const read = async (id: string) => {
    const deployment = await store.deployment(id)
    const revisions = deployment === null ? [] : await store.revisions(id, { removed: false })
    const found = deployment === null ? [] : routesOf(deployment, revisions, proxy)
    if (found.length === 0) routes.delete(id)
    else routes.set(id, found)
  }

  /** One after the other, so that what was read first is never kept last. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
  const readAll = async () => {
    for (const id of routes.keys()) await read(id)
    for (const { id } of await store.deployments()) await read(id)
  }
  /** Nobody's routes are missing, whoever comes first. */
  const knowAll = () => {
    known ??= inTurn(readAll).catch((error) => {
      known = null
      throw error
    })
    return known
  }

  return {
    refresh: async (id) => {
      await knowAll()
      await inTurn(() => read(id))
      await publish()
    },
    refreshAll: async () => {
      known = null
      await knowAll()
      await publish()
    },
  }
}
