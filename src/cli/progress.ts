import type { Failure } from '../deploy/failure.ts'
import type { Kind, RevisionEvent, StoredEvent } from '../deploy/record.ts'
import type { State } from '../deploy/transitions.ts'
import type { ContainerView, RevisionView } from '../deploy/view.ts'

type Of<T extends RevisionEvent['type']> = Extract<RevisionEvent, { type: T }>

/** Everything the picture of one revision shows; times are wall-clock ms. */
export interface Progress {
  name: string
  revision: number
  kind: Kind
  state: State
  failure: Failure | null
  now: number
  /** When each state was entered. */
  entered: Partial<Record<State, number>>
  images: Of<'image'>[]
  containers: WatchedContainer[]
  notices: Of<'notice'>[]
  urls: string[]
  /** The last answer of each route, by URL. */
  probes: (Of<'probe'> & { count: number })[]
  routedAt: number | null
  openAt: number | null
}

export interface WatchedContainer {
  service: string
  replica: number
  startedAt: number | null
  /** null: not looked at yet. */
  verdict: ContainerView['verdict'] | null
  detail: string
  /** How long it took. */
  ms: number
  judgedAt: number | null
  /** Health probes that failed since the last one that did not, and what the last one said. */
  failedChecks: number
  output: string
}

/** Before the first event. */
export function progressOf(view: RevisionView, now: number): Progress {
  const { deployment, revision, urls } = view
  const who = { name: deployment.name ?? '', revision: revision ?? 0, kind: deployment.kind ?? ('app' as const) }
  const nothing = { images: [], containers: [], notices: [], probes: [], routedAt: null, openAt: null }
  return { ...who, state: 'UNINITIALIZED', failure: null, now, entered: { UNINITIALIZED: now }, urls, ...nothing }
}

/** The picture after one more event. */
export function withEvent(progress: Progress, { event, at }: StoredEvent): Progress {
  const ms = Date.parse(at)
  const now = { ...progress, now: Math.max(progress.now, ms) }
  switch (event.type) {
    case 'state':
      return { ...now, state: event.state, failure: event.failure ?? now.failure, entered: { ...now.entered, [event.state]: ms } }
    case 'notice':
      return { ...now, notices: [...now.notices, event] }
    case 'image':
      return { ...now, images: replaced(now.images, event, (image) => image.image === event.image) }
    case 'container':
      return withContainer(now, event, (container) => started(container, event, ms))
    case 'verdict':
      return withContainer(now, event, (container) => ({ ...container, verdict: event.now, detail: event.detail, ms: event.ms, judgedAt: ms }))
    case 'attempt':
      return withContainer(now, event, (container) => checked(container, event))
    case 'route':
      return routed(now, event, ms)
    case 'probe':
      return { ...now, routedAt: now.routedAt ?? ms, probes: probed(now.probes, event) }
    default:
      return now
  }
}

function replaced<T>(list: T[], item: T, same: (item: T) => boolean): T[] {
  return list.some(same) ? list.map((each) => (same(each) ? item : each)) : [...list, item]
}

function withContainer(
  progress: Progress,
  { service, replica }: { service: string; replica: number },
  change: (container: WatchedContainer) => WatchedContainer,
): Progress {
  const same = (each: WatchedContainer) => each.service === service && each.replica === replica
  const container = change(progress.containers.find(same) ?? unseen(service, replica))
  return { ...progress, containers: replaced(progress.containers, container, same) }
}

function unseen(service: string, replica: number): WatchedContainer {
  return { service, replica, startedAt: null, verdict: null, detail: '', ms: 0, judgedAt: null, failedChecks: 0, output: '' }
}

function started(container: WatchedContainer, { step }: Of<'container'>, ms: number): WatchedContainer {
  return step === 'started' || step === 'exited' ? { ...container, startedAt: container.startedAt ?? ms } : container
}

function checked(container: WatchedContainer, { exit, output }: Of<'attempt'>): WatchedContainer {
  return exit === 0 ? { ...container, failedChecks: 0, output: '' } : { ...container, failedChecks: container.failedChecks + 1, output }
}

function routed(progress: Progress, { step, urls }: Of<'route'>, ms: number): Progress {
  const known = { ...progress, urls: urls.length > 0 ? urls : progress.urls, routedAt: progress.routedAt ?? ms }
  return step === 'open' ? { ...known, openAt: ms } : known
}

function probed(probes: Progress['probes'], event: Of<'probe'>): Progress['probes'] {
  const same = (each: Progress['probes'][number]) => each.url === event.url
  return replaced(probes, { ...event, count: (probes.find(same)?.count ?? 0) + 1 }, same)
}
