import { type Progress, progressOf, withEvent } from '../../../src/cli/progress.ts'
import type { RevisionEvent, StoredEvent } from '../../../src/deploy/record.ts'
import type { DeploymentView, RevisionView } from '../../../src/deploy/view.ts'

export const id = '6f1d2c3b-0000-4000-8000-000000000001'
export const began = Date.parse('2026-11-24T12:00:00.000Z')

export function aView(changes: Partial<RevisionView> = {}): RevisionView {
  return {
    deployment: { id, name: 'hello-app', kind: 'app' },
    revision: 1,
    state: 'UNINITIALIZED',
    urls: ['https://localhost:8443/runtime/apps/6f/', 'https://localhost:61100/'],
    failure: null,
    timeline: [{ state: 'UNINITIALIZED', at: new Date(began).toISOString() }],
    containers: [],
    probe: [],
    notices: [],
    live: false,
    upload: null,
    ...changes,
  }
}

export function aDeployment(changes: Partial<DeploymentView> = {}): DeploymentView {
  return {
    id,
    name: 'hello-app',
    kind: 'app',
    wanted: 'running',
    live: 1,
    open: 1,
    createdAt: new Date(began).toISOString(),
    urls: ['https://localhost:8443/runtime/apps/6f/'],
    latest: { revision: 1, state: 'DEPLOYED', createdAt: new Date(began).toISOString(), settledAt: new Date(began).toISOString(), failure: null },
    ...changes,
  }
}

/** `at`: ms after the start. */
export function anEvent(number: number, at: number, event: RevisionEvent): StoredEvent {
  return { id: number, at: new Date(began + at).toISOString(), deployment: id, revision: 1, event }
}

export function progressAfter(...events: [number, RevisionEvent][]): Progress {
  return events.reduce((progress, [at, event], index) => withEvent(progress, anEvent(index + 1, at, event)), progressOf(aView(), began))
}

/** The issue's own picture: two containers pass the gate, one is still refused. */
export const pictured: [number, RevisionEvent][] = [
  [0, { type: 'state', state: 'PULLING_IMAGES' }],
  [10, { type: 'image', image: 'front:1', service: 'frontend', step: 'pulling', current: 1_000_000, total: 12_000_000 }],
  [20, { type: 'image', image: 'back:1', service: 'backend', step: 'present', current: 0, total: 0 }],
  [900, { type: 'image', image: 'front:1', service: 'frontend', step: 'pulled', current: 12_000_000, total: 12_000_000 }],
  [1_100, { type: 'image', image: 'work:1', service: 'worker', step: 'pulled', current: 12_100_000, total: 12_100_000 }],
  [1_200, { type: 'state', state: 'REQUESTED' }],
  ...(['frontend', 'backend', 'worker'] as const).map((service, at): [number, RevisionEvent] => [
    1_600 + at * 100,
    { type: 'container', service, replica: 1, step: 'started' },
  ]),
  [2_000, { type: 'verdict', service: 'frontend', replica: 1, now: 'passed', detail: '', ms: 400 }],
  [2_000, { type: 'verdict', service: 'backend', replica: 1, now: 'waiting', detail: 'starting', ms: 400 }],
  [2_000, { type: 'verdict', service: 'worker', replica: 1, now: 'skipped', detail: 'no HEALTHCHECK', ms: 0 }],
  [2_100, { type: 'attempt', service: 'backend', replica: 1, ms: 20, exit: 1, output: 'trying\nconnection refused\n' }],
  [2_200, { type: 'attempt', service: 'backend', replica: 1, ms: 20, exit: 1, output: 'trying\nconnection refused\n' }],
]
