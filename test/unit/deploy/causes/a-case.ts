import { type Case, caseOf } from '../../../../src/deploy/causes/case.ts'
import type { DirectAnswer, Socket } from '../../../../src/deploy/evidence-parts.ts'
import type { Reason } from '../../../../src/deploy/failure.ts'
import type { Check, PlannedService } from '../../../../src/deploy/plan.ts'
import type { StoredAttempt } from '../../../../src/deploy/ports.ts'
import type { CheckAttempt, ContainerEvidence, Evidence, ProbeAttempt, Source } from '../../../../src/deploy/record.ts'
import { anAnswer, aPlan, aPlannedService, aRevision, aSource, guidesCheck, plainSettings, stamp } from '../makers.ts'

/** What a table says of one failure of `web`, whose routed port is 8000 and whose check is the guide's. */
export interface Told {
  reason: Reason
  detail?: string
  /** Of CMD-SHELL; a list: CMD. */
  check?: string | string[] | null
  times?: Partial<Check>
  /** Exit code and output of its checks, the last last. */
  attempts?: [exit: number, output: string, ms?: number][]
  sockets?: string[] | null
  processes?: string[]
  seen?: Partial<ContainerEvidence>
  planned?: Partial<PlannedService>
  others?: Partial<PlannedService>[]
  probes?: Partial<ProbeAttempt>[]
  asked?: Partial<DirectAnswer>[]
  evidence?: Partial<Evidence>
  settings?: Partial<Source['settings']>
  /** Its resolved model, as Compose writes it. */
  model?: string
  /** What others of the extension printed. */
  logs?: Record<string, string>
}

export function aCase(told: Told): Case {
  const service = 'web'
  const planned = aPlannedService({ check: checkOf(told), ...told.planned })
  const plan = aPlan({ services: [planned, ...(told.others ?? []).map((other) => aPlannedService({ check: null, ...other }))] })
  const revision = aRevision({ plan, resolved: told.model ?? '', source: aSource({ settings: { ...plainSettings, ...told.settings } }) })
  const container = aSeen({ sockets: told.sockets === undefined ? null : (told.sockets?.map(socket) ?? null), processes: told.processes ?? [], ...told.seen })
  const asked = (told.asked ?? []).map((answer) => ({
    status: null,
    failed: null,
    detail: '',
    location: null,
    body: '',
    ms: 2,
    url: 'http://10.213.0.18:8000/',
    ...answer,
  }))
  const more = Object.entries(told.logs ?? {}).map(([name, logs]) =>
    aSeen({ service: name, id: name, verdict: 'passed', health: 'healthy', logs, addresses: [] }),
  )
  const evidence: Evidence = {
    at: stamp,
    containers: [container, ...more],
    missing: [],
    asked,
    routers: [],
    host: null,
    platform: 'linux/amd64',
    ...told.evidence,
  }
  return caseOf(revision, { reason: told.reason, service, detail: told.detail ?? 'as it is' }, evidence, attemptsOf(told))
}

function checkOf({ check, times }: Told): Check | null {
  if (check === null) return null
  const test = check === undefined ? guidesCheck.test : typeof check === 'string' ? ['CMD-SHELL', check] : ['CMD', ...check]
  return { ...guidesCheck, ...times, test }
}

function attemptsOf({ attempts = [], probes = [] }: Told): StoredAttempt[] {
  const checks: CheckAttempt[] = attempts.map(([exit, output, ms = 5]) => ({ at: stamp, ms, exit, output }))
  const routes = probes.map(
    (probe): StoredAttempt => ({ of: { is: 'probe', route: 'path', url: 'https://localhost:8443/runtime/apps/a/' }, total: 1, kept: [anAnswer(probe)] }),
  )
  return [{ of: { is: 'check', service: 'web', replica: 1 }, total: checks.length, kept: checks }, ...routes]
}

function aSeen(change: Partial<ContainerEvidence>): ContainerEvidence {
  return {
    ...{ service: 'web', replica: 1, id: 'c1', state: 'running', exitCode: null, oomKilled: false, restartCount: 0, health: 'unhealthy', error: '', logs: '' },
    ...{ verdict: 'failed', detail: '', logHead: '', ran: 1000, addresses: ['10.213.0.18'] },
    facts: { user: '', entrypoint: [], command: [], platform: 'linux/amd64', memoryLimit: 0, restart: 'no', settings: {} },
    ...change,
  }
}

function socket(text: string): Socket {
  const at = text.lastIndexOf(':')
  return { address: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) }
}

/** What is known of a container whose settings nobody changed. */
export function factsOf(change: Partial<NonNullable<ContainerEvidence['facts']>> = {}): NonNullable<ContainerEvidence['facts']> {
  return { user: '', entrypoint: [], command: [], platform: 'linux/amd64', memoryLimit: 0, restart: 'no', settings: {}, ...change }
}

/** A container without a check that printed this and ended. */
export function ended(logs: string, more: Partial<ContainerEvidence> = {}): Told {
  return { reason: 'container_exited', check: null, seen: { state: 'exited', exitCode: 1, logs, ...more } }
}
