import type { HostFacts } from '../../../src/deploy/evidence-parts.ts'
import type { Condition, Plan, PlannedService } from '../../../src/deploy/plan.ts'
import type { Container } from '../../../src/deploy/ports.ts'
import { type Deployment, type ProbeAttempt, projectOf, type Revision, type Source } from '../../../src/deploy/record.ts'
import { noSecrets } from '../../../src/text/secrets.ts'

export { guidesCheck, plainSettings } from '../../fakes/extensions.ts'

import type { FakeService } from '../../fakes/container.ts'
import { guidesCheck, plainSettings } from '../../fakes/extensions.ts'

export const startOfTime = Date.UTC(2026, 0, 1)
export const stamp = new Date(startOfTime).toISOString()

export function aDeployment(change: Partial<Deployment> = {}): Deployment {
  return { id: 'a', name: 'hello', kind: 'app', wanted: 'running', live: null, open: null, createdAt: stamp, ...change }
}

export function aSource(change: Partial<Source> = {}): Source {
  return {
    ...{ folder: '/hello', composeFile: '/hello/compose.yaml', order: ['web'], name: 'hello', kind: 'app', env: {}, metadata: {}, profiles: [], port: null },
    settings: plainSettings,
    ...change,
  }
}

export function aRevision(change: Partial<Revision> = {}): Revision {
  const ref = { deployment: change.deployment ?? 'a', revision: change.revision ?? 1 }
  return {
    ...{ ...ref, state: 'REQUESTED', project: projectOf(ref), source: aSource(), resolved: '', model: '', plan: aPlan(), port: 61100, subnets: [] },
    ...{ candidate: null, backends: [], begun: {}, failure: null, createdAt: stamp, settledAt: null, removed: false },
    ...change,
  }
}

export function aPlan(change: Partial<Plan> = {}): Plan {
  return { services: [aPlannedService()], route: { service: 'web', port: 8000, address: '10.213.0.18' }, volumes: [], ...change }
}

/** It has the guide's own check; `check: null`: none. */
export function aPlannedService(change: Partial<PlannedService> = {}): PlannedService {
  return {
    ...{ name: 'web', replicas: 1, dependsOn: [], awaitedBy: [], oneshot: false, image: 'web:1', imageId: null, check: guidesCheck },
    ...{ firstProbe: null, restart: 'no', hasPort: false },
    ...change,
  }
}

type Health = NonNullable<Container['health']>

/** One that runs since the start of time; `health` in a word, or absent: no HEALTHCHECK. */
export function aContainer({ health = null, ...change }: Omit<Partial<Container>, 'health'> & { health?: Health['status'] | Health | null } = {}): Container {
  return {
    ...{ id: 'c1', service: 'web', replica: 1, state: 'running', exitCode: null, error: '', oomKilled: false, startedAt: startOfTime, finishedAt: null },
    ...{ restartCount: 0, addresses: ['10.213.0.18'], memoryLimit: 0, pid: 0, command: [], binds: [], secrets: noSecrets },
    health: typeof health === 'string' ? { status: health, failingStreak: 0, log: [] } : health,
    ...change,
  }
}

/** One that has ended. */
export function anExited(exitCode: number | null, change: Partial<Container> = {}): Container {
  const { health: _, ...rest } = change
  return aContainer({ state: 'exited', exitCode, finishedAt: startOfTime + 1000, addresses: [], ...rest })
}

/** The app of revision 1 of deployment `a` answered 200. */
export function anAnswer(change: Partial<ProbeAttempt> = {}): ProbeAttempt {
  return { at: stamp, ms: 3, hop: 'app', status: 200, failed: null, detail: '', mark: 'a/1', phases: { dns: 0, tcp: 0, tls: 1, firstByte: 3 }, ...change }
}

/** What a container does: healthy so many ms after its start. */
export function healthyAfter(ms: number): FakeService {
  return {
    health: [
      [0, 'starting'],
      [ms, 'healthy'],
    ],
  }
}

export function unhealthyAfter(ms: number): FakeService {
  return {
    health: [
      [0, 'starting'],
      [ms, 'unhealthy'],
    ],
  }
}

/** Its health check never decides. */
export const undecided: FakeService = { health: [[0, 'starting']] }

/** `depends_on` of one service. */
export function awaiting(service: string, condition: Condition): Pick<PlannedService, 'dependsOn'> {
  return { dependsOn: [{ service, condition, required: true }] }
}

export const gib = 1024 ** 3

/** An engine's machine that wants for nothing. */
export const aMachine: HostFacts = {
  cpus: 2,
  load1: 1,
  memoryTotal: 8 * gib,
  memoryAvailable: 4 * gib,
  disk: { path: '/var/lib/docker', total: 100 * gib, free: 50 * gib },
  pressure: { cpu: 1, memory: 0, io: 0 },
}
