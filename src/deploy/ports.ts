import type { Failure } from './failure.ts'
import type { Build, ImageFacts, Plan, PlannedImage } from './plan.ts'
import type { CheckAttempt, Deployment, Evidence, ProbeAttempt, Revision, RevisionEvent, RevisionRef, RouteKind, Source, StoredEvent } from './record.ts'
import type { State } from './transitions.ts'

/** The world as the heart sees it: one page. Adapters are passed in by main.ts. */
export interface Ports {
  engine: Engine
  proxy: Proxy
  store: Store
  extensions: Extensions
  clock: Clock
}

export interface Clock {
  /** Wall clock, ms since the epoch: for stamps only. */
  now(): number
  /** Monotonic ms: for deadlines. */
  monotonic(): number
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A container as `inspect` shows it. */
export interface Container {
  id: string
  service: string
  /** 1-based, from Compose's container-number label. */
  replica: number
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  exitCode: number | null
  /** State.Error: a failed start stays in `created` with its cause here (Docker 26.1.5). */
  error: string
  oomKilled: boolean
  /** Wall-clock ms; null when it never started. */
  startedAt: number | null
  finishedAt: number | null
  restartCount: number
  /** null: no HEALTHCHECK. `log` holds the engine's last five attempts, oldest first. */
  health: { status: 'starting' | 'healthy' | 'unhealthy'; failingStreak: number; log: CheckAttempt[] } | null
  /** IPv4 addresses on its networks, the revision's default network first. */
  addresses: string[]
  /** Bytes; 0: no limit. */
  memoryLimit: number
}

/** Something happened to a container of ours; it only wakes a looker. `gap`: events may be lost, look at everything. */
export type EngineEvent = { is: 'container'; ref: RevisionRef; id: string; action: string } | { is: 'gap' }

export type LogLine = (text: string, stream: 'stdout' | 'stderr') => void | Promise<void>

export type Progress = (step: { current: number; total: number; detail?: string }) => void

/**
 * The container engine. Every method rejects with DeployError where the reason is known
 * (`engine_unreachable` when the engine cannot be asked at all), with the engine's own words as detail.
 */
export interface Engine {
  /** os/arch of the engine, e.g. linux/amd64. */
  platform(): Promise<string>
  /** Engine API of 1.44 and more knows start_interval: without it there is no fast start (design §3.2). */
  startInterval(): Promise<boolean>
  /** Subnets (CIDR) that are taken already: networks of the engine, and routes of the host where they can be seen. */
  subnets(): Promise<string[]>
  /** Revisions of this instance that something exists of: a container, running or not, or a network. */
  revisions(): Promise<RevisionRef[]>
  /** null: not local. */
  image(ref: string): Promise<ImageFacts | null>
  /** Rejects with image_not_found, registry_auth, registry_rate_limited, pull_timeout, disk_full, pull_failed … */
  pull(ref: string, platform: string | null, progress: Progress, signal: AbortSignal): Promise<void>
  /** Builds with buildx and tags the result `tag`. Rejects with build_failed and the last lines. */
  build(build: Build, tag: string, platform: string | null, progress: Progress, signal: AbortSignal): Promise<void>
  /** Takes a tag of ours off an image; the image goes with its last tag. One that is gone, or still used, is left. */
  untag(tag: string): Promise<void>
  /** Makes the named volumes (idempotent) with our labels. */
  volumes(names: string[], deployment: string): Promise<void>
  /** Lets Compose create exactly this model: networks and containers, nothing started. Idempotent. */
  create(ref: RevisionRef, project: string, model: string, signal: AbortSignal): Promise<void>
  /** All containers of a revision, by label, but for these. */
  containers(ref: RevisionRef, but?: ReadonlySet<string>): Promise<Container[]>
  /** null: gone. */
  container(id: string): Promise<Container | null>
  /** Starts one container; a start that fails rejects with start_failed, port_in_use, network_exhausted, wrong_architecture … */
  start(id: string): Promise<void>
  /** Stops all containers of a revision, each within `graceMs` at most, then kill; disarms restart policies first if asked. */
  stop(ref: RevisionRef, options: { graceMs: number; disarm: boolean }): Promise<void>
  /** Sets the restart policy back to what the model says, before `stop`ped containers are started again. */
  rearm(ref: RevisionRef, policies: Map<string, string>): Promise<void>
  /** Removes containers and networks of a revision, whatever is left of them. Idempotent. */
  remove(ref: RevisionRef): Promise<void>
  /** Names of the deployment's named volumes that exist. */
  volumesOf(deployment: string): Promise<string[]>
  /** Removes the deployment's named volumes; answers the names of those that are really gone. */
  removeVolumes(deployment: string): Promise<string[]>
  /** Last lines, stdout and stderr together, at most `bytes`. Never throws: '' when there are none. */
  logTail(id: string, lines: number, bytes: number): Promise<string>
  /** The log line by line, each after the one before was taken, until it ends or the signal aborts. */
  follow(id: string, options: { tail: number; follow: boolean }, line: LogLine, signal: AbortSignal): Promise<void>
  /** Calls `wake` for each event of containers of this instance. Subscribed when it resolves; call the result to stop. */
  listen(wake: (event: EngineEvent) => void): Promise<() => void>
}

/** One published address. */
export interface Route {
  ref: RevisionRef
  kind: RouteKind
  /** Port of the `port` route; for `path` the common HTTPS port. */
  port: number
  /** /runtime/<kinds>/<id> without a slash at the end; '' for a `port` route. */
  prefix: string
  stripPrefix: boolean
  /** Where it leads: addresses, or a page of ours. */
  to: string[] | 'starting' | 'stopped'
  /** Secret of a candidate route; null: public. */
  candidate: string | null
}

export interface Proxy {
  /** Replaces all routes by these; resolves when the file is in place (Traefik applies it some ms later). */
  publish(routes: Route[]): Promise<void>
  /** One HTTPS GET through the proxy. Never throws for what the network does: the answer says it. */
  probe(target: { url: string; candidate: string | null; timeoutMs: number }, signal: AbortSignal): Promise<ProbeAttempt>
  /** Public URL of a route, ending in a slash. */
  url(route: Pick<Route, 'kind' | 'port' | 'prefix'>): string
  /** Entrypoint ports that Traefik really serves: the configured range without the busy ones. */
  ports(): number[]
  /** The one HTTPS port of all path routes. */
  readonly httpsPort: number
}

/** A deployment refused before anything was recorded rejects with DeployError. */
export interface Extensions {
  /** Reads the folder with limits: Compose file, kamiwaza.json, .env. Cheap; runs nothing. */
  read(request: DeployRequest): Promise<{ source: Source; notices: string[] }>
  /** Resolves with the Compose binary and applies the policy. */
  resolve(source: Source, ref: RevisionRef): Promise<{ resolved: string; notices: string[] }>
  /** The images of a resolved model; builds get a tag of ours per revision. */
  images(resolved: string, ref: RevisionRef): PlannedImage[]
  /** Prefix lengths of the subnets a resolved model needs: what `takeSubnets` takes and `rewrite` is given, in this order. */
  subnetSizes(resolved: string): number[]
  /** Pure but for looks at the folder: the model that is started, and its plan. Checked again by the same policy. */
  rewrite(input: RewriteInput): { model: string; plan: Plan; notices: string[]; files: RevisionFile[] }
  /** Writes materialised configs and secrets (0444 in a 0700 folder). */
  writeFiles(ref: RevisionRef, files: RevisionFile[]): Promise<void>
  /** Removes them with the revision. */
  removeFiles(ref: RevisionRef): Promise<void>
}

/** A config or secret of a revision, as a file of it. */
export interface RevisionFile {
  /** Name below the revision's own folder. */
  path: string
  content: string
  /** base64 where the content is no text; absent: utf8. */
  encoding?: 'base64' | undefined
}

export interface RewriteInput {
  ref: RevisionRef
  source: Source
  resolved: string
  /** By PlannedImage.ref. */
  images: Map<string, ImageFacts>
  subnets: string[]
  /** Public port of the `port` route; null without one. */
  port: number | null
  publicUrl: string
  /** Containers starting in other revisions right now: shares the probe budget (design §3.2). */
  starting: number
  /** Engine API of 1.44 and more knows start_interval. */
  startInterval: boolean
}

export interface DeployRequest {
  /** Absolute path of a folder or a Compose file. */
  path: string
  name?: string | undefined
  env?: Record<string, string> | undefined
  port?: number | undefined
  profiles?: string[] | undefined
}

/**
 * The record. Only `move` changes a state. Every write survives `kill -9` once it resolves, in the order it was called; all but
 * `tell` and `attempt` also survive a power cut, and so does every `tell` and `attempt` before them.
 */
export interface Store {
  /**
   * One transaction: makes the deployment if it is new, and the revision as UNINITIALIZED, and tells its `state` and notices.
   * Rejects with `busy` when the deployment has an unsettled revision, is being removed, or its name is another's by now; with
   * `port_in_use` when a revision of another deployment holds that port.
   */
  admit(deployment: Deployment, revision: Revision, notices: string[]): Promise<void>
  /** By id, else by name. */
  deployment(nameOrId: string): Promise<Deployment | null>
  /** By name. */
  deployments(): Promise<Deployment[]>
  change(id: string, patch: Partial<Pick<Deployment, 'wanted' | 'open'>>): Promise<void>
  /**
   * Tells `removed` to all who follow, and forgets the deployment with everything of it. With `keepName` the deployment itself stays
   * as `removed`, without a revision: the next of its name gets its id, and so its volumes.
   */
  forget(id: string, options: { keepName: boolean }): Promise<void>
  revision(ref: RevisionRef): Promise<Revision | null>
  /** Oldest first. */
  revisions(deployment: string): Promise<Revision[]>
  /** Of all deployments, oldest first. */
  unsettled(): Promise<Revision[]>
  /** Of all deployments: those of which something may still exist. */
  unremoved(): Promise<Revision[]>
  /** Public ports that unremoved revisions hold. */
  heldPorts(): Promise<{ port: number; deployment: string }[]>
  /**
   * Compare-and-set on the table of transitions; a lost race rejects with RecordTaken. Tells a `state` event in the same transaction;
   * DEPLOYED makes it the live revision of its deployment in the same transaction too.
   */
  move(revision: Revision, to: State, failure?: Failure): Promise<Revision>
  keep(ref: RevisionRef, patch: Partial<Pick<Revision, 'model' | 'plan' | 'port' | 'candidate' | 'backends' | 'begun' | 'removed'>>): Promise<Revision>
  /**
   * Takes one free subnet of each prefix length out of the pool, in this order, and keeps them with the revision in place of those it
   * had: none overlaps another, what any unremoved revision holds, or `avoid` (CIDR). Rejects with `network_exhausted`.
   */
  takeSubnets(ref: RevisionRef, sizes: number[], avoid: string[]): Promise<string[]>
  tell(ref: RevisionRef, event: RevisionEvent): Promise<void>
  /** Events after `after`, oldest first, at most `limit`; `types`: only these. */
  events(filter: {
    deployment?: string | undefined
    revision?: number | undefined
    after?: number
    limit?: number
    types?: RevisionEvent['type'][]
  }): Promise<StoredEvent[]>
  /** Calls back for each event told from now on, in order. */
  follow(listener: (event: StoredEvent) => void): () => void
  /** Keeps the first 20 and the last 50 with output of each container and route; counts the rest. */
  attempt(ref: RevisionRef, of: AttemptOf, attempt: CheckAttempt | ProbeAttempt): Promise<void>
  attempts(ref: RevisionRef): Promise<StoredAttempt[]>
  freeze(ref: RevisionRef, evidence: Evidence): Promise<void>
  evidence(ref: RevisionRef): Promise<Evidence | null>
}

export type AttemptOf = { is: 'check'; service: string; replica: number } | { is: 'probe'; route: RouteKind; url: string }

/** `total` counts all attempts, also those that were not kept. */
export interface StoredAttempt {
  of: AttemptOf
  total: number
  kept: (CheckAttempt | ProbeAttempt)[]
}
