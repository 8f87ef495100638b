import type { Answers, Consent, PolicyReport, Recorded, Stance } from './consent.ts'
import type { Engine, EngineCeilings, NetworkSpec } from './engine-port.ts'
import type { DirectAnswer, RouterSeen } from './evidence-parts.ts'
import type { Failure } from './failure.ts'
import type { Change } from './forecast-view.ts'
import type { ImageFacts, Plan, PlannedImage } from './plan.ts'
import type {
  CheckAttempt,
  Deployment,
  Evidence,
  ProbeAttempt,
  Revision,
  RevisionEvent,
  RevisionRef,
  RouteKind,
  Source,
  StoredEvent,
  Upload,
} from './record.ts'
import type { State } from './transitions.ts'

export type * from './engine-port.ts'

/** The world as the heart sees it: each port a page. Adapters are passed in by main.ts. */
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
  /** Which of several candidate routes, one an address; absent: the only one. */
  at?: number
}

export interface Proxy {
  /** Replaces all routes by these; resolves when the file is in place (Traefik applies it some ms later). */
  publish(routes: Route[]): Promise<void>
  /** One HTTPS GET through the proxy. Never throws for what the network does: the answer says it. */
  probe(target: { url: string; candidate: string | null; timeoutMs: number }, signal: AbortSignal): Promise<ProbeAttempt>
  /** One HTTP GET of a backend past the proxy, from where the proxy stands. Never throws for what the network does. */
  direct(url: string, timeoutMs: number, signal: AbortSignal): Promise<DirectAnswer>
  /** Its own view of these routes; null: it does not say. */
  view(routes: Route[]): Promise<RouterSeen[] | null>
  /** Public URL of a route, ending in a slash. */
  url(route: Pick<Route, 'kind' | 'port' | 'prefix'>): string
  /** Entrypoint ports that Traefik really serves: the configured range without the busy ones. */
  ports(): number[]
  /** The one HTTPS port of all path routes. */
  readonly httpsPort: number
}

/** A deployment refused before anything was recorded rejects with DeployError. */
export interface Extensions {
  /**
   * Reads the folder with limits: Compose file, kamiwaza.json, .env. Cheap; runs nothing. `onlyNetwork`: prefix length of the subnet of
   * the default network where the file alone tells that there is no other.
   */
  read(request: DeployRequest): Promise<{ source: Source; notices: string[]; onlyNetwork: number | null }>
  /**
   * Resolves with the Compose binary and applies the policy, with what was allowed. `policy` is what later steps judge by; `consent` is what
   * was consented to for this model, to be recorded.
   */
  resolve(source: Source, ref: RevisionRef, answers: Answers): Promise<{ resolved: string; notices: string[]; policy: Stance; consent: Consent }>
  /** What the policy says of it, refused or not; `imageOf`: of an image that is here, null: it is not. */
  judge(source: Source, ref: RevisionRef, answers: Answers, imageOf: (ref: string) => Promise<ImageFacts | null>): Promise<PolicyReport>
  /**
   * The images of a resolved model; builds get a tag of ours per revision. With `source` the policy judges the folder again as it is
   * now: for just before they are built.
   */
  images(resolved: string, ref: RevisionRef, source?: Source): PlannedImage[]
  /** Prefix lengths of the subnets a resolved model needs: what `takeSubnets` takes and `rewrite` is given, in this order. */
  subnetSizes(resolved: string): number[]
  /** The default network just as the rewritten model has it, labelled so that Compose takes it for its own. */
  defaultNetwork(ref: RevisionRef, subnet: string): NetworkSpec
  /** Pure but for looks at the folder: the model that is started, and its plan. Checked again by the same policy. */
  rewrite(input: RewriteInput): { model: string; plan: Plan; notices: string[]; files: RevisionFile[] }
  /** What differs between two resolved extensions: names and images, never a variable's value. */
  changes(before: Pick<Revision, 'resolved' | 'source'>, after: Pick<Revision, 'resolved' | 'source'>): Change[]
  /**
   * Copies what containers read of the folder, so that it is theirs whatever becomes of the folder. A copy that is there is not made again.
   * Rejects with compose_invalid, policy_denied, and with the signal's reason.
   */
  copyMounts(resolved: string, ref: RevisionRef, source: Source, signal: AbortSignal): Promise<void>
  /** Writes materialised configs and secrets (0444 in a 0700 folder). */
  writeFiles(ref: RevisionRef, files: RevisionFile[]): Promise<void>
  /** Removes both with the revision. */
  removeFiles(ref: RevisionRef): Promise<void>
  /** The folder is not read any more: one that was uploaded goes, somebody's own is left alone. Idempotent. */
  release(source: Source): Promise<void>
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
  /** What the engine can hold a container to. */
  engine: EngineCeilings
  /** Images may be missing: what only they could tell is left open. For a look ahead, never for what is started. */
  imagesMayMiss?: boolean
  /** What is mounted of the folder cannot be written: for a trial. */
  bindsReadOnly?: boolean
}

export interface DeployRequest {
  /** Absolute path of a folder or a Compose file. */
  path: string
  /** The path is that of this upload. */
  upload?: Upload | undefined
  name?: string | undefined
  env?: Record<string, string> | undefined
  port?: number | undefined
  profiles?: string[] | undefined
  /** Rules of the policy that may be broken by this deploy. */
  allow?: string[] | undefined
  /** The answer to what a refusal asked. */
  consent?: Consent | undefined
}

/** A request with what its caller is asked and told meanwhile: not every name is everybody's. */
export interface NamedRequest extends DeployRequest {
  /** Throws for a name that must not be used; asked as soon as the folder has said which it is. */
  mayUse?: ((name: string) => void) | undefined
  /** Called by `submit` when it is on record, before anything can fail that is told of it. */
  admitted?: (() => void) | undefined
  /** Told which rules are allowed by an earlier consent alone, before anything is recorded. */
  restsOn?: ((rules: string[]) => void) | undefined
}

/**
 * The record. Only `move` changes a state. Every write survives `kill -9` once it resolves, in the order it was called; all but
 * `tell` and `attempt` also survive a power cut, and so does every `tell` and `attempt` before them.
 */
export interface Store {
  /**
   * One transaction: makes the deployment if it is new, and the revision as UNINITIALIZED, and tells its `state` and notices. A consent
   * without rules is none.
   * Rejects with `busy` when the deployment has an unsettled revision, is being removed, or its name is another's by now; with
   * `port_in_use` when a revision of another deployment holds that port.
   */
  admit(deployment: Deployment, revision: Revision, notices: string[], consent?: Consent): Promise<void>
  /** What was consented to for a deployment, by model and time; forgotten with its revisions. */
  consents(deployment: string): Promise<Recorded[]>
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
  /** Oldest first; `removed`: only those of which nothing exists any more, or only the others. */
  revisions(deployment: string, only?: { removed: boolean }): Promise<Revision[]>
  newest(deployment: string): Promise<Revision | null>
  /** Forgets the removed revisions of a deployment with everything of them, but for the newest ones. Tells nobody. */
  prune(deployment: string, keep: number): Promise<void>
  /** Public ports that unremoved revisions hold. */
  heldPorts(): Promise<{ port: number; deployment: string }[]>
  /**
   * Compare-and-set on the table of transitions; a lost race rejects with RecordTaken. Tells a `state` event in the same transaction;
   * DEPLOYED makes it the live revision of its deployment in the same transaction too. Of what settles no progress is kept, and of
   * the checks of each container that were told only as many as `attempt` keeps.
   */
  move(revision: Revision, to: State, failure?: Failure): Promise<Revision>
  keep(ref: RevisionRef, patch: Partial<Pick<Revision, 'model' | 'plan' | 'port' | 'candidate' | 'backends' | 'begun' | 'removed'>>): Promise<Revision>
  /**
   * Takes one free subnet of each prefix length out of the pool, in this order, and keeps them with the revision in place of those it
   * had: none overlaps another, what any unremoved revision holds, or `avoid` (CIDR). Rejects with `network_exhausted`.
   */
  takeSubnets(ref: RevisionRef, sizes: number[], avoid: string[]): Promise<string[]>
  /**
   * Takes subnets for a revision that is not on record yet, as `takeSubnets` does; they are nobody else's until they are given back, or
   * this process ends. Rejects with busy while they are held for the same revision already, with network_exhausted.
   */
  holdSubnets(ref: RevisionRef, sizes: number[], avoid: string[]): Promise<{ subnets: string[]; giveBack(): void }>
  tell(ref: RevisionRef, event: RevisionEvent): Promise<void>
  /** Events after `after`, oldest first, at most `limit`; `types`: only these; `sees`: only of deployments of such names. */
  events(filter: {
    deployment?: string | undefined
    revision?: number | undefined
    after?: number
    limit?: number
    types?: RevisionEvent['type'][]
    sees?: ((name: string) => boolean) | undefined
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
