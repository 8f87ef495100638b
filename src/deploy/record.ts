import type { Stance } from './consent.ts'
import type { ContainerFacts, DirectAnswer, HostFacts, RouterSeen, Socket } from './evidence-parts.ts'
import type { Failure } from './failure.ts'
import type { Check, CheckFrom, Plan, Settings } from './plan.ts'
import type { State } from './transitions.ts'
import type { Trouble, Verdict } from './verdict.ts'

export type Kind = 'app' | 'service' | 'tool'

/** The long-lived named instance: stable id, stable port, stable URLs. */
export interface Deployment {
  /** UUID. */
  id: string
  name: string
  kind: Kind
  /**
   * What the operator wants of it, apart from the state of any revision (reading 24). The last two are written before anything is
   * removed, so that a removal that was cut short is completed.
   */
  wanted: 'running' | 'stopped' | 'removed' | 'removed_with_volumes'
  /** The revision that was DEPLOYED last; null before the first. */
  live: number | null
  /** The revision that the public routes lead to right now: `open` moves it, a failure moves it back; null: to none, also while it is stopped. */
  open: number | null
  /** RFC 3339 UTC with milliseconds. */
  createdAt: string
}

/** Names one revision everywhere: in the store, in labels, in the proxy. */
export interface RevisionRef {
  /** The deployment's id. */
  deployment: string
  revision: number
}

/** One attempt to bring a deployment to a given content; it alone has a state. */
export interface Revision extends RevisionRef {
  state: State
  /** Compose project name: torii-<first 12 hex of the id>-r<revision>. */
  project: string
  /** What was deployed: kept so that a restarted server continues without the CLI. */
  source: Source
  /** Resolved Compose model (YAML) as the policy saw it at admit. */
  resolved: string
  /** Rewritten model (YAML), exactly what Compose creates; null until the pull has ended. */
  model: string | null
  plan: Plan | null
  /** Public port of its `port` route out of the configured range, held until `removed`; null where it has none. */
  port: number | null
  /** Subnets taken out of the pool for its networks (CIDR). */
  subnets: string[]
  /** Secret of the candidate route while this revision is probed; null otherwise. */
  candidate: string | null
  /** Addresses the routes lead to, e.g. http://10.213.0.18:8000; empty until the containers run. */
  backends: string[]
  /** Phase deadlines that survive a restart of the server: wall-clock ms when each began, by `service/replica`, and for the probes `candidate` and `public`. */
  begun: Record<string, number>
  failure: Failure | null
  createdAt: string
  settledAt: string | null
  /** True: nothing of it exists any more in the engine, and its port and subnets are given back. */
  removed: boolean
}

/** What `read` made of the folder: everything the later steps need, so that the folder is never read for facts again. */
export interface Source {
  folder: string
  /** What was sent where the folder is none of somebody's own; absent: it is. */
  upload?: Upload
  composeFile: string
  /** Services in the order of the main Compose file (reading 8). */
  order: string[]
  name: string
  kind: Kind
  /** Values for interpolation and bare variables: --env, --env-file over env_defaults over .env (design §5.2). */
  env: Record<string, string>
  /** `env_defaults` templates and the like from kamiwaza.json, as read. */
  metadata: Record<string, unknown>
  settings: Settings
  profiles: string[]
  /** Public port wanted by --port; null: any free one. */
  port: number | null
  /** What it is judged by, with what was allowed. Absent: admitted before there were profiles. */
  policy?: Stance
  /** By service, what names variables that nobody gives; absent: nothing does, or it was read before this was kept. */
  blanks?: { [service: string]: Blanks }
}

/** Settings of the Compose file as they are written, `$` and all: Compose puts nothing in the place of these names. */
export type Blanks = { [setting in 'test' | 'command' | 'entrypoint']?: { names: string[]; words: string[] } }

/** A tree of files that was sent to us: kept until the revision made of it has settled. */
export interface Upload {
  id: string
  /** Of the archive as it came, hexadecimal. */
  sha256: string
  /** Of the archive. */
  bytes: number
  /** Files and folders in it. */
  entries: number
}

/** One line of a revision's history: what SSE sends and what `torii events` prints. */
export interface StoredEvent extends RevisionRef {
  /** Grows over all deployments; the `Last-Event-ID`. */
  id: number
  at: string
  event: RevisionEvent
}

export type RevisionEvent =
  | { type: 'state'; state: State; failure?: Failure | null }
  | { type: 'notice'; text: string; rule?: string }
  /** Byte progress of one image; `current`/`total` in bytes, 0 where unknown. */
  | {
      type: 'image'
      image: string
      service: string
      step: 'pulling' | 'building' | 'present' | 'pulled' | 'built' | 'failed'
      current: number
      total: number
      detail?: string
    }
  | { type: 'container'; service: string; replica: number; step: 'created' | 'starting' | 'started' | 'exited' | 'removed'; detail?: string }
  /** What one container's turn at the gate says now; sent when it changes. `now` as in the machine contract. */
  | {
      type: 'verdict'
      service: string
      replica: number
      now: Verdict['is']
      detail: string
      ms: number
      /** While its health check is waited for: the earliest and latest moment of a verdict, ms after its start. */
      earliest?: number
      latest?: number
    }
  | { type: 'attempt'; service: string; replica: number; ms: number; exit: number; output: string }
  | { type: 'route'; step: 'candidate' | 'open'; urls: string[] }
  /** The last of a deployment: it is forgotten. Told to followers, kept nowhere. */
  | { type: 'removed' }
  | { type: 'probe'; route: RouteKind; url: string; ms: number; hop: Hop; status: number | null; detail: string }

export type RouteKind = 'port' | 'path'

/** Who answered a probe: none (nothing), proxy (Traefik itself), backend (Traefik for a backend it cannot reach), app. */
export type Hop = 'none' | 'proxy' | 'backend' | 'app'

/** One health probe of one container, as Docker ran it. */
export interface CheckAttempt {
  at: string
  /** Duration in milliseconds. */
  ms: number
  exit: number
  output: string
}

/**
 * What kept a probe from its answer. `broke_off`: it began and ended too early; `closed`: before it began; `no_way`: the network leads
 * nowhere; `tls`: no TLS at all.
 */
export type ProbeFailure = 'refused' | 'no_way' | 'timeout' | 'certificate' | 'tls' | 'closed' | 'no_http' | 'broke_off'

/** One HTTPS look through the proxy. */
export interface ProbeAttempt {
  at: string
  /** Duration in milliseconds. */
  ms: number
  hop: Hop
  /** HTTP status; null when nothing answered. */
  status: number | null
  /** Why there is no answer, or not the whole of one; null: there is. */
  failed: ProbeFailure | null
  /** What went wrong, in a clause for people; empty for a success. */
  detail: string
  /** Milliseconds from the start at which each phase ended; null where not reached. */
  phases: { dns: number | null; tcp: number | null; tls: number | null; firstByte: number | null }
  /** `Location` of a 3xx, shown and never followed (reading 20). */
  location?: string | undefined
  /** `deployment/revision` of the router that answered, from our response header; null when it is absent. */
  mark: string | null
}

/** Everything that was seen when a revision settled: frozen with it. */
export interface Evidence {
  at: string
  /** Why it fails: kept before anything is changed, so that giving up is gone on with as it began. */
  trouble?: Trouble | null
  containers: ContainerEvidence[]
  /** Of a failure: what of the following was not to be had, and why. */
  missing?: string[]
  /** Addresses that may have to do with it, asked past the proxy. */
  asked?: DirectAnswer[]
  /** The proxy's own view of the revision's routes; null: it does not say. */
  routers?: RouterSeen[] | null
  /** null: the engine's machine is not this one. */
  host?: HostFacts | null
  /** os/arch of the engine. */
  platform?: string | null
}

/** What was seen of one container. */
export interface ContainerEvidence {
  service: string
  replica: number
  id: string
  state: string
  exitCode: number | null
  oomKilled: boolean
  restartCount: number
  health: string | null
  error: string
  logs: string
  verdict: Verdict['is']
  detail: string
  /** Of a failure. */
  addresses?: string[]
  /** From here on only of those that may have to do with a failure: the first it printed. */
  logHead?: string
  /** ms from its last start to its end, or to the look; null: it never started. */
  ran?: number | null
  facts?: ContainerFacts | null
  /** null: they cannot be seen from here. */
  sockets?: Socket[] | null
  /** What runs in it, a command line each. */
  processes?: string[] | null
  /** Its health check as it really ran, and where each setting comes from; null: none. */
  check?: Check | null
  checkFrom?: CheckFrom | null
}

export function refOf(revision: RevisionRef): RevisionRef {
  return { deployment: revision.deployment, revision: revision.revision }
}

/** `deployment/revision`: the mark in labels and in the proxy's response header. */
export function markOf(ref: RevisionRef): string {
  return `${ref.deployment}/${ref.revision}`
}

/** Compose accepts only lower-case project names, so it comes from the id and never from the user's name. */
export function projectOf(ref: RevisionRef): string {
  return `torii-${ref.deployment.replaceAll('-', '').slice(0, 12)}-r${ref.revision}`
}
