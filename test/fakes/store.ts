import type { Consent, Recorded } from '../../src/deploy/consent.ts'
import { DeployError, RecordTaken } from '../../src/deploy/failure.ts'
import type { AttemptOf, Clock, Store, StoredAttempt } from '../../src/deploy/ports.ts'
import {
  type Deployment,
  type Evidence,
  markOf,
  type Revision,
  type RevisionEvent,
  type RevisionRef,
  refOf,
  type StoredEvent,
} from '../../src/deploy/record.ts'
import { isSettled, mayMove } from '../../src/deploy/transitions.ts'
import { createFollowers } from '../../src/store/followers.ts'
import { createSubnetPool } from '../../src/store/subnet-pool.ts'

interface Setup {
  clock: Pick<Clock, 'now'>
  /** CIDR of all revisions' subnets. */
  pool?: string
}

export interface FakeStore extends Store {
  /** What only the memory of a process held is gone. */
  processEnds(): void
}

const copy = structuredClone

/** A record in memory that keeps the promises of the real one, but for those about processes that end. */
export function createFakeStore({ clock, pool = '10.213.0.0/16' }: Setup): FakeStore {
  const deployments = new Map<string, Deployment>()
  /** In the order of admission. */
  const revisions: Revision[] = []
  const events: StoredEvent[] = []
  const attempts = new Map<string, StoredAttempt[]>()
  const evidence = new Map<string, Evidence>()
  const consents = new Map<string, Recorded[]>()
  const subnets = createSubnetPool(pool)
  const { follow, tell: callBack } = createFollowers()
  const holds = new Map<string, string[]>()
  let lastId = 0

  const now = () => new Date(clock.now()).toISOString()
  const of = (deployment: string) => revisions.filter((each) => each.deployment === deployment).sort((a, b) => a.revision - b.revision)
  const find = (ref: RevisionRef) => revisions.find((each) => markOf(each) === markOf(ref))

  const known = (ref: RevisionRef): Revision => {
    const revision = find(ref)
    if (!revision) throw new DeployError('not_found', markOf(ref))
    return revision
  }

  const tell = (ref: RevisionRef, event: RevisionEvent) => {
    lastId += 1
    const told = copy({ id: lastId, ...refOf(ref), at: now(), event })
    events.push(told)
    // Not before the write is done, and one event after the other also when a listener tells something itself.
    queueMicrotask(() => callBack([copy(told)]))
  }

  const remember = (deployment: string, { model, rules }: Consent) => {
    const before = consents.get(deployment) ?? []
    const known = before.filter((each) => each.model === model).flatMap((each) => each.rules)
    const added = rules.filter((rule) => !known.includes(rule)).sort()
    if (added.length > 0) consents.set(deployment, [...before, { model, at: now(), rules: added }])
  }

  const heldBut = (revision?: Revision) => revisions.filter((each) => each !== revision && !each.removed).flatMap((each) => each.subnets)

  /** Of what has settled no progress is kept, and of each container's checks the first 20 and the last 50. */
  const thin = (ref: RevisionRef) => {
    const those = events.filter((each) => markOf(each) === markOf(ref))
    const checks = Map.groupBy(those, ({ event }) => (event.type === 'attempt' ? `${event.service}/${event.replica}` : null))
    const between = [...checks].flatMap(([container, all]) => (container === null ? [] : all.slice(20, -50)))
    const progress = those.filter(({ event }) => event.type === 'image' && ['pulling', 'building'].includes(event.step) && event.current > 0)
    const gone = new Set([...between, ...progress])
    removeAll(events, (each) => gone.has(each))
  }

  const refuseBusy = ({ id, name }: Deployment, { revision }: RevisionRef) => {
    const newest = of(id).at(-1)
    const namesake = [...deployments.values()].some((each) => each.name === name && each.id !== id)
    const removed = newest ? deployments.get(id)?.wanted.startsWith('removed') : revision > 1
    const behind = newest && (!isSettled(newest.state) || newest.revision >= revision)
    if (namesake || removed || behind) throw new DeployError('busy', name)
  }

  const refuseHeldPort = ({ deployment }: RevisionRef, port: number | null | undefined) => {
    const holder = revisions.find((each) => each.port === port && !each.removed && each.deployment !== deployment)
    if (port && holder) throw new DeployError('port_in_use', String(port))
  }

  /** One without a revision is a name that was kept: it begins anew. */
  const makeUnlessThere = (deployment: Deployment) => {
    if (of(deployment.id).length > 0) return
    const revived = deployments.has(deployment.id) ? ({ wanted: 'running', live: null, open: null } as const) : {}
    deployments.set(deployment.id, copy({ ...deployment, ...revived }))
  }

  return {
    processEnds: () => holds.clear(),
    follow,
    consents: async (deployment) => copy([...(consents.get(deployment) ?? [])].sort((a, b) => (`${a.model} ${a.at}` < `${b.model} ${b.at}` ? -1 : 1))),
    admit: async (deployment, revision, notices, consent) => {
      refuseBusy(deployment, revision)
      refuseHeldPort(revision, revision.port)
      makeUnlessThere(deployment)
      revisions.push(copy({ ...revision, state: 'UNINITIALIZED', failure: null, settledAt: null }))
      tell(revision, { type: 'state', state: 'UNINITIALIZED' })
      for (const text of notices) tell(revision, { type: 'notice', text })
      if (consent && consent.rules.length > 0) remember(revision.deployment, copy(consent))
    },
    deployment: async (nameOrId) => copy(deployments.get(nameOrId) ?? [...deployments.values()].find(({ name }) => name === nameOrId) ?? null),
    deployments: async () => copy([...deployments.values()].sort((a, b) => (a.name < b.name ? -1 : 1))),
    change: async (id, patch) => {
      const deployment = deployments.get(id)
      if (!deployment) throw new DeployError('not_found', id)
      Object.assign(deployment, copy(patch))
    },
    forget: async (id, { keepName }) => {
      const newest = of(id).at(-1)
      const deployment = deployments.get(id)
      if (newest) tell(newest, { type: 'removed' })
      if (keepName && deployment) Object.assign(deployment, { wanted: 'removed', live: null, open: null })
      else deployments.delete(id)
      for (const revision of of(id)) for (const map of [attempts, evidence]) map.delete(markOf(revision))
      consents.delete(id)
      removeAll(revisions, ({ deployment }) => deployment === id)
      removeAll(events, ({ deployment }) => deployment === id)
    },
    revision: async (ref) => copy(find(ref) ?? null),
    revisions: async (deployment, only) => copy(of(deployment).filter(({ removed }) => only === undefined || removed === only.removed)),
    newest: async (deployment) => copy(of(deployment).at(-1) ?? null),
    prune: async (deployment, keep) => {
      const gone = of(deployment)
        .filter(({ removed }) => removed)
        .slice(0, -Math.max(1, keep))
      for (const revision of gone) for (const map of [attempts, evidence]) map.delete(markOf(revision))
      const marks = new Set(gone.map(markOf))
      removeAll(revisions, (each) => marks.has(markOf(each)))
      removeAll(events, (each) => marks.has(markOf(each)))
    },
    heldPorts: async () => {
      const held = revisions.flatMap(({ port, deployment, removed }) => (port === null || removed ? [] : [{ port, deployment }]))
      return held.filter((each, at) => held.findIndex(({ port }) => port === each.port) === at).sort((a, b) => a.port - b.port)
    },
    move: async (revision, to, failure) => {
      if (!mayMove(revision.state, to)) throw new Error(`A revision cannot go from ${revision.state} to ${to}.`)
      const record = find(revision)
      const deployment = deployments.get(revision.deployment)
      if (!record || !deployment || record.state !== revision.state) throw new RecordTaken()
      Object.assign(record, { state: to, settledAt: isSettled(to) ? now() : null, failure: copy(failure ?? null) })
      if (to === 'DEPLOYED') deployment.live = record.revision
      if (isSettled(to)) thin(record)
      tell(record, { type: 'state', state: to, ...(failure ? { failure } : {}) })
      return copy(record)
    },
    keep: async (ref, patch) => {
      refuseHeldPort(ref, patch.port)
      return copy(Object.assign(known(ref), copy(patch)))
    },
    takeSubnets: async (ref, sizes, avoid) => {
      const revision = known(ref)
      revision.subnets = subnets.take(sizes, [...heldBut(revision), ...[...holds.values()].flat()], avoid)
      return copy(revision.subnets)
    },
    holdSubnets: async (ref, sizes, avoid) => {
      if (holds.has(markOf(ref))) throw new DeployError('busy', markOf(ref))
      const taken = sizes.length === 0 ? [] : subnets.take(sizes, [...heldBut(find(ref)), ...[...holds.values()].flat()], avoid)
      holds.set(markOf(ref), taken)
      return { subnets: copy(taken), giveBack: () => void holds.delete(markOf(ref)) }
    },
    tell: async (ref, event) => tell(known(ref), event),
    events: async ({ deployment, revision, after = 0, limit = Number.POSITIVE_INFINITY, types, sees }) => {
      const wanted = (event: StoredEvent) =>
        event.id > after &&
        (deployment === undefined || event.deployment === deployment) &&
        (revision === undefined || event.revision === revision) &&
        (types === undefined || types.includes(event.event.type)) &&
        (sees === undefined || sees(deployments.get(event.deployment)?.name ?? ''))
      return copy(events.filter(wanted).slice(0, limit))
    },
    attempt: async (ref, of, attempt) => {
      const all = attempts.get(markOf(known(ref))) ?? []
      const those = all.find((each) => same(each.of, of)) ?? { of: copy(of), total: 0, kept: [] }
      those.total += 1
      those.kept.push(copy(attempt))
      if (those.kept.length > 70) those.kept.splice(20, 1)
      attempts.set(markOf(ref), all.includes(those) ? all : [...all, those])
    },
    attempts: async (ref) => copy(attempts.get(markOf(ref)) ?? []),
    freeze: async (ref, seen) => {
      evidence.set(markOf(known(ref)), copy(seen))
    },
    evidence: async (ref) => copy(evidence.get(markOf(ref)) ?? null),
  }
}

function same(a: AttemptOf, b: AttemptOf): boolean {
  if (a.is === 'check') return b.is === 'check' && a.service === b.service && a.replica === b.replica
  return b.is === 'probe' && a.route === b.route && a.url === b.url
}

function removeAll<T>(list: T[], gone: (each: T) => boolean): void {
  list.splice(0, list.length, ...list.filter((each) => !gone(each)))
}
