import type { Ports } from './ports.ts'
import { type CheckAttempt, type Deployment, type ProbeAttempt, type Revision, type RevisionEvent, refOf, type StoredEvent } from './record.ts'
import { publishedRoutes } from './routes.ts'
import { isSettled, type State } from './transitions.ts'
import { turnsOf } from './turns.ts'
import type { ContainerView, ProbeView, RevisionView } from './view.ts'

type Needs = Pick<Ports, 'store' | 'proxy'>
type Of<T extends RevisionEvent['type']> = Extract<RevisionEvent, { type: T }>
type Attempts = Awaited<ReturnType<Ports['store']['attempts']>>

/** More than a revision can have: its states, notices and changes of verdict. */
const mostEvents = 100_000

/** A revision as the machine contract shows it (design §5.1), made of the record alone. */
export async function revisionView(deployment: Deployment, revision: Revision, { store, proxy }: Needs): Promise<RevisionView> {
  const events = await store.events({ ...refOf(revision), types: ['state', 'notice', 'verdict'], limit: mostEvents })
  const attempts = await store.attempts(refOf(revision))
  const { id, name, kind } = deployment
  return {
    deployment: { id, name, kind },
    revision: revision.revision,
    state: revision.state,
    urls: revision.state === 'FAILED' ? [] : publishedRoutes(revision, proxy).map(({ url }) => url),
    failure: revision.failure,
    timeline: eventsOf('state', events).map(({ at, event }) => ({ state: event.state as State, at })),
    containers: await containersOf(revision, eventsOf('verdict', events), attempts, store),
    probe: probesOf(revision, attempts),
    notices: eventsOf('notice', events).map(({ event }) => event.text),
    live: deployment.live === revision.revision,
    upload: originOf(revision.source),
  }
}

function originOf({ upload }: Revision['source']): RevisionView['upload'] {
  return upload === undefined ? null : { sha256: upload.sha256, bytes: upload.bytes, entries: upload.entries }
}

function eventsOf<T extends RevisionEvent['type']>(type: T, events: StoredEvent[]): (StoredEvent & { event: Of<T> })[] {
  return events.filter((each): each is StoredEvent & { event: Of<T> } => each.event.type === type)
}

/** What was frozen when it settled; before that the latest verdicts. */
async function containersOf(revision: Revision, verdicts: { event: Of<'verdict'> }[], attempts: Attempts, store: Needs['store']): Promise<ContainerView[]> {
  if (revision.plan === null) return []
  const frozen = isSettled(revision.state) ? await store.evidence(refOf(revision)) : null
  return turnsOf(revision.plan).map(({ planned, replica }) => {
    const same = (each: { service: string; replica: number }) => each.service === planned.name && each.replica === replica
    const found = frozen?.containers.find(same) ?? latest(verdicts, same)
    const checks = attempts.find(({ of }) => of.is === 'check' && same(of))
    const { verdict, detail } = found ?? { verdict: 'waiting' as const, detail: '' }
    return { service: planned.name, replica, verdict, detail, attemptsTotal: checks?.total ?? 0, attempts: (checks?.kept ?? []) as CheckAttempt[] }
  })
}

function latest(verdicts: { event: Of<'verdict'> }[], same: (event: Of<'verdict'>) => boolean): { verdict: ContainerView['verdict']; detail: string } | null {
  const last = verdicts.findLast(({ event }) => same(event))
  return last ? { verdict: last.event.now, detail: last.event.detail } : null
}

function probesOf(revision: Revision, attempts: Attempts): ProbeView[] {
  return attempts.flatMap(({ of, total, kept }) => {
    if (of.is !== 'probe') return []
    const probes = kept as ProbeAttempt[]
    return [{ route: of.route, url: of.url, verdict: probeVerdict(revision, probes.at(-1)), attemptsTotal: total, attempts: probes }]
  })
}

function probeVerdict({ state, source }: Revision, last: ProbeAttempt | undefined): ProbeView['verdict'] {
  const good = last?.hop === 'app' && last.status !== null && last.status < source.settings.probe.expect
  if (state === 'DEPLOYED') return 'passed'
  if (good) return 'passed'
  return state === 'FAILED' ? 'failed' : 'waiting'
}
