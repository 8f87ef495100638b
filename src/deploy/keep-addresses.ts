import type { EngineEvent } from './ports.ts'
import { backendsOf } from './publish-candidate.ts'
import { type Deployment, type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import { untilDone } from './until-done.ts'

type Needs = Pick<Tools, 'store' | 'engine' | 'routes' | 'clock' | 'log'>

/** After these an address is another one's, or nobody's. */
const moves = new Set(['start', 'die', 'destroy'])

/**
 * Replicas have no fixed address: with every start they take what is free, also what another container had. As long as the server runs
 * the routes follow the engine's events; in the beginning, and where events were lost, all are looked at. Resolves when it listens.
 */
export async function keepAddresses(tools: Needs, signal: AbortSignal): Promise<void> {
  const underWay = new Map<string, { again: boolean }>()
  const ask = (id: string) => {
    const before = underWay.get(id)
    if (before !== undefined) {
      before.again = true
      return
    }
    const mine = { again: true }
    underWay.set(id, mine)
    const work = async () => {
      for (mine.again = true; mine.again; ) {
        mine.again = false
        await followAddresses(id, tools)
      }
      // In the same turn as the last look at `again`: who comes later begins anew.
      underWay.delete(id)
    }
    void untilDone(work, tools, signal)
  }
  const askAll = async () => {
    for (const { id } of await tools.store.deployments()) ask(id)
  }
  const hear = (event: EngineEvent) => {
    if (signal.aborted) return
    if (event.is === 'gap') void untilDone(askAll, tools, signal)
    else if (moves.has(event.action)) ask(event.ref.deployment)
  }
  await untilDone(
    async () => {
      const stop = await tools.engine.listen(hear)
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
    },
    tools,
    signal,
  )
  await untilDone(askAll, tools, signal)
}

/** Has the routes of one deployment lead to where the containers of its routed service are now, and nowhere else. Idempotent. */
export async function followAddresses(id: string, { store, engine, routes }: Omit<Needs, 'clock' | 'log'>): Promise<void> {
  const deployment = await store.deployment(id)
  const followed = deployment === null ? [] : await followedOf(deployment, store)
  if (followed.length === 0) return
  for (const { backends, ...revision } of followed) {
    const now = backendsOf(revision.plan.route, await engine.containers(refOf(revision)))
    if (now.join() !== backends.join()) await store.keep(refOf(revision), { backends: now })
  }
  // Also where nothing has changed: the time before may have ended here. The same routes are not written twice.
  await routes.refresh(id)
}

type Followed = Revision & { plan: { route: NonNullable<NonNullable<Revision['plan']>['route']> } }

/** Those that a route leads to, or led to before a stop. */
async function followedOf({ id, live, open }: Deployment, store: Needs['store']): Promise<Followed[]> {
  const newest = await store.newest(id)
  const numbers = new Set([live, open, newest?.revision ?? null].filter((each) => each !== null))
  const revisions = await Promise.all(
    [...numbers].map(async (revision) => (revision === newest?.revision ? newest : store.revision({ deployment: id, revision }))),
  )
  return revisions.filter(
    (each): each is Followed =>
      each !== null && !each.removed && each.plan?.route?.address === null && (each.candidate !== null || [live, open].includes(each.revision)),
  )
}
