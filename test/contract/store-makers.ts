import { DeployError, type Failure, failureOf } from '../../src/deploy/failure.ts'
import type { AttemptOf } from '../../src/deploy/ports.ts'
import { type CheckAttempt, type Deployment, type Evidence, type ProbeAttempt, projectOf, type Revision, type RevisionEvent } from '../../src/deploy/record.ts'

const stamp = '2026-01-01T00:00:00.000Z'

export function aDeployment(change: Partial<Deployment> = {}): Deployment {
  return { id: 'a', name: 'hello', kind: 'app', wanted: 'running', live: null, open: null, createdAt: stamp, ...change }
}

export function aRevision(change: Partial<Revision> = {}): Revision {
  const ref = { deployment: change.deployment ?? 'a', revision: change.revision ?? 1 }
  return {
    ...ref,
    state: 'UNINITIALIZED',
    project: projectOf(ref),
    source: aSource,
    resolved: 'services:\n  web: {image: "nginx"} # it’s “ünï”\n',
    ...{ model: null, plan: null, port: null, subnets: [], candidate: null, backends: [], begun: {}, failure: null },
    ...{ createdAt: stamp, settledAt: null, removed: false },
    ...change,
  }
}

const aSource: Revision['source'] = {
  ...{ folder: '/srv/hello', composeFile: '/srv/hello/compose.yaml', order: ['web'], name: 'hello', kind: 'app', profiles: [], port: null },
  env: { GREETING: 'it’s "me"', ['__proto__']: 'no trap' },
  metadata: { env_defaults: { A: '{app_port}', B: [1, null, true] } },
  settings: {
    ...{ routing: 'both', stripPathPrefix: true, fastStart: true, gate: { timeout: 180_000, interval: 5000 }, primary: null },
    probe: { type: 'http', path: '/', timeout: 60_000, interval: 1000, expect: 400 },
    update: { strategy: 'auto' },
  },
}

export const aPlan: Revision['plan'] = {
  services: [],
  route: { service: 'web', port: 8000, address: '10.213.0.18' },
  volumes: [{ name: 'data', engineName: 'torii-a_data', writers: ['web'] }],
}

export const aFailure: Failure = failureOf({ reason: 'crash_loop', service: 'web', detail: 'exit 3, 5 times' }, Date.parse(stamp))

export const web: AttemptOf = { is: 'check', service: 'web', replica: 1 }
export const route: AttemptOf = { is: 'probe', route: 'port', url: 'https://localhost:61100/' }

export function aCheck(number: number): CheckAttempt {
  return { at: stamp, ms: number, exit: 1, output: `attempt ${number}\u0000\n` }
}

export function aProbe(number: number): ProbeAttempt {
  const phases = { dns: 0, tcp: 1, tls: 2, firstByte: null }
  return { at: stamp, ms: number, hop: 'backend', status: 502, failed: null, detail: 'connection refused', phases, mark: 'a/1' }
}

export const anEvidence: Evidence = {
  at: stamp,
  containers: [
    {
      ...{ service: 'web', replica: 1, id: 'c1', state: 'exited', exitCode: 3, oomKilled: false, restartCount: 5, health: null, error: '' },
      ...{ logs: 'boom\n', verdict: 'failed', detail: 'exit 3' },
    },
  ],
}

export function notice(text: string): RevisionEvent {
  return { type: 'notice', text }
}

/** The reason something was refused for, or its message where it has none. */
/** What a state folder that cannot be used is refused with: what is wrong, and what to do. */
export async function unusable(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((thrown: unknown) => thrown)
  if (!(error instanceof DeployError) || error.trouble.reason !== 'state_unusable') return `not refused so, but: ${String(error)}`
  return `${error.trouble.detail}. ${error.trouble.fix ?? ''}`
}

export async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('it was not refused'),
    (error: unknown) => error,
  )
  if (error instanceof DeployError) return error.trouble.reason
  return error instanceof Error && error.name !== 'Error' ? error.name : String(error)
}
