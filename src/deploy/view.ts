import type { PolicyReport } from './consent.ts'
import type { Failure } from './failure.ts'
import type { Forecast } from './forecast-view.ts'
import type { NamedRequest } from './ports.ts'
import type { CheckAttempt, Deployment, Evidence, Hop, Kind, ProbeAttempt, RouteKind, StoredEvent, Upload } from './record.ts'
import type { State } from './transitions.ts'
import type { Verdict } from './verdict.ts'

/** The machine contract (design §5.1): what `deploy --json` prints and what the API's revision resource is. */
export interface RevisionView {
  deployment: { id: string | null; name: string | null; kind: Kind | null }
  revision: number | null
  /** null: refused at admit, nothing was recorded. */
  state: State | null
  urls: string[]
  failure: Failure | null
  timeline: { state: State; at: string }[]
  containers: ContainerView[]
  probe: ProbeView[]
  notices: string[]
  /** Whether this is the live revision: the one that was DEPLOYED last. It serves while its deployment's `open` names it. */
  live: boolean
  /** The archive it was made of; null: a folder of the control plane's machine. */
  upload: Pick<Upload, 'sha256' | 'bytes' | 'entries'> | null
}

/** `verdict`: a container that is held back is waiting. */
export interface ContainerView {
  service: string
  replica: number
  verdict: Verdict['is']
  detail: string
  /** All attempts made, also those whose output is not kept. */
  attemptsTotal: number
  attempts: CheckAttempt[]
}

export interface ProbeView {
  route: RouteKind
  url: string
  verdict: Extract<Verdict['is'], 'passed' | 'waiting' | 'failed'>
  attemptsTotal: number
  attempts: (ProbeAttempt & { hop: Hop })[]
}

export interface DeploymentView {
  id: string
  name: string
  kind: Kind
  wanted: Deployment['wanted']
  /** Number of the revision that was DEPLOYED last; null: none yet. */
  live: number | null
  /** Number of the revision that serves: the public addresses lead to it now. null: none, also while it is stopped or makes room. */
  open: number | null
  createdAt: string
  urls: string[]
  /** The newest revision. */
  latest: { revision: number; state: State; createdAt: string; settledAt: string | null; failure: Failure | null } | null
}

/** What the routed app of the live revision says of itself; asked for now, never part of the gate. */
export interface AppHealth {
  service: string
  revision: number
  path: string
  /** null: nothing answered. */
  httpStatus: number | null
  /** degraded: it answers, and reports that not all is well (reading 6). unknown: it reports nothing in the guide's shape. */
  health: 'passing' | 'degraded' | 'failing' | 'unknown'
  detail: string
  /** The app's own word; null: it reports nothing in the guide's shape. */
  status: string | null
  checks: { name: string; says: string; good: boolean }[]
}

/** A container of the live revision as the engine shows it now; `verdict` is what the gate would say of it. */
export interface ContainerNow {
  revision: number
  service: string
  replica: number
  /** The engine's word; gone: it knows none. */
  state: string
  /** null: no HEALTHCHECK. */
  health: string | null
  /** null: it runs, or never ended. */
  exitCode: number | null
  restartCount: number
  verdict: Verdict['is']
  detail: string
}

export interface EventFilter {
  /** Name or id. */
  deployment?: string | undefined
  revision?: number | undefined
  /** Events after this one only. */
  after: number
}

/** What the server, the CLI (through the server) and later the dashboard ask for. Rejects with DeployError. */
export interface Controller {
  /** Admits or rejects; when it resolves the revision is recorded and being worked on. */
  submit(request: NamedRequest): Promise<RevisionView>
  /** How many deployments wait until others have settled. */
  waiting(): number
  /** What `submit` would do; nothing is recorded or started. Rejects as `submit` would. */
  forecast(request: NamedRequest): Promise<Forecast>
  /** The name of a deployment, also of one of which only the volumes are kept; null: there is none. */
  named(nameOrId: string): Promise<string | null>
  /** What the policy says of it, refused or not; nothing is recorded. */
  judge(request: NamedRequest): Promise<PolicyReport>
  list(): Promise<DeploymentView[]>
  get(nameOrId: string): Promise<DeploymentView>
  /** null: nothing runs that could be asked. */
  health(nameOrId: string): Promise<AppHealth | null>
  /** Of the live revision, where it should run; none otherwise. */
  containers(nameOrId: string): Promise<ContainerNow[]>
  revisions(nameOrId: string): Promise<RevisionView[]>
  /** `revision` null: the newest. */
  revision(nameOrId: string, revision: number | null): Promise<RevisionView>
  evidence(nameOrId: string, revision: number | null): Promise<Evidence | null>
  /** Containers, networks, routes, port; volumes only when asked. Answers the volumes that were kept or removed. */
  remove(nameOrId: string, options: { volumes: boolean }): Promise<{ name: string; volumesKept: string[]; volumesRemoved: string[] }>
  /** Stops the containers; the routes answer 503 "stopped". */
  stop(nameOrId: string): Promise<DeploymentView>
  /** Starts them again and looks at gate and probe again; the state stays. `failure` says what was seen. */
  start(nameOrId: string): Promise<{ deployment: DeploymentView; failure: Failure | null }>
  /** Log lines of the live (or newest) revision's containers, each after the one before was taken. Ends when the containers' logs end or the signal aborts. */
  logs(
    nameOrId: string,
    options: { service: string | null; tail: number; follow: boolean },
    line: (entry: { service: string; replica: number; stream: 'stdout' | 'stderr'; text: string }) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
  /** Oldest first, at most `limit`; `sees`: only of deployments of such names. Rejects with not_found for a deployment that there is not. */
  events(filter: EventFilter & { sees?: ((name: string) => boolean) | undefined }, limit: number): Promise<StoredEvent[]>
  /** What happened after `filter.after` and then what happens, each once and in order, until the signal aborts or the deployment is removed. */
  follow(filter: EventFilter, event: (event: StoredEvent) => void, signal: AbortSignal): Promise<void>
}
