import type { Secrets } from '../text/secrets.ts'
import type { ContainerFacts, HostFacts, Socket } from './evidence-parts.ts'
import type { Build, ImageFacts } from './plan.ts'
import type { CheckAttempt, RevisionRef } from './record.ts'

export interface Bind {
  /** A real path when the policy judged it. */
  source: string
  writable: boolean
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
  /** Of its first process, on the engine's machine; 0: it does not run. */
  pid: number
  /** What is run: entrypoint and command. */
  command: string[]
  /** What it mounts of the host's files. */
  binds: Bind[]
  /** Its variables that are secrets by their names: to hide their values in what it prints, and kept nowhere. */
  secrets: Secrets
}

/** What the engine's machine has, as far as it can hold a container to it. Asked once: it hardly changes. */
export interface EngineCeilings {
  /** Bytes; null: it cannot limit memory. */
  memory: number | null
  /** Processors; null: it cannot limit them. */
  cpus: number | null
  /** Whether it can limit processes. */
  pids: boolean
}

/** Something happened to a container of ours; it only wakes a looker. `gap`: events may be lost, look at everything. */
export type EngineEvent = { is: 'container'; ref: RevisionRef; id: string; action: string } | { is: 'gap' }

/** A bridge network. */
export interface NetworkSpec {
  name: string
  /** CIDR. */
  subnet: string
  /** The part of the subnet that dynamic addresses come from, CIDR. */
  ipRange: string
  labels: Record<string, string>
}

/** What one look from outside heard; `exit` and `output` as for a check of the engine's. */
export interface Knock extends CheckAttempt {
  /** HTTP status; null: nothing answered, or only a connection was asked for. */
  status: number | null
  /** At most 64 KiB of it, as it came. */
  body: string
}

export type LogLine = (text: string, stream: 'stdout' | 'stderr') => void | Promise<void>

export type Progress = (step: { current: number; total: number; detail?: string }) => void

/**
 * The container engine. Every method rejects with DeployError where the reason is known
 * (`engine_unreachable` when it cannot be asked at all, `engine_error` when it answers with one), with the engine's own words as detail.
 */
export interface Engine {
  /** os/arch of the engine, e.g. linux/amd64. */
  platform(): Promise<string>
  /** Engine API of 1.44 and more knows start_interval: without it there is no fast start (design §3.2). */
  startInterval(): Promise<boolean>
  ceilings(): Promise<EngineCeilings>
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
  /** Answers its id. Rejects with network_exhausted where the subnet is taken, with name_conflict where there is one of that name. */
  makeNetwork(network: NetworkSpec): Promise<string>
  /** Idempotent. */
  removeNetwork(id: string): Promise<void>
  /** A model will be created soon, very likely. */
  expectCreate(): void
  /** Lets Compose create exactly this model: networks that are not there yet and containers, nothing started. Idempotent. */
  create(ref: RevisionRef, project: string, model: string, signal: AbortSignal): Promise<void>
  /** All containers of a revision, by label, but for these. */
  containers(ref: RevisionRef, but?: ReadonlySet<string>): Promise<Container[]>
  /** null: gone. */
  container(id: string): Promise<Container | null>
  /**
   * Starts one container; a start that fails rejects with start_failed, port_in_use, network_exhausted, wrong_architecture … and with
   * policy_denied where what it mounts is not what was judged any more.
   */
  start(container: Pick<Container, 'id' | 'binds'>): Promise<void>
  /** Stops all containers of a revision, dependants first, all together within `graceMs`, then kill; disarms restart policies first if asked. */
  stop(ref: RevisionRef, options: { graceMs: number; disarm: boolean }): Promise<void>
  /** Sets the restart policy back to what the model says, before `stop`ped containers are started again. */
  rearm(ref: RevisionRef, policies: Map<string, string>): Promise<void>
  /** Removes containers and networks of a revision, whatever is left of them. Idempotent. */
  remove(ref: RevisionRef): Promise<void>
  /** Names of the deployment's named volumes that exist. */
  volumesOf(deployment: string): Promise<string[]>
  /** Removes the deployment's named volumes; answers the names of those that are really gone. */
  removeVolumes(deployment: string): Promise<string[]>
  /**
   * One look at a container's own address from where the control plane runs: a GET whose answer is below 400, with `path` null a
   * connection. Redirects are not followed. Too late: exit -1. Never rejects for what the network does, only when `signal` aborts.
   */
  knock(target: { address: string; port: number; path: string | null; timeoutMs: number }, signal: AbortSignal): Promise<Knock>
  /** Last lines, stdout and stderr together, at most `bytes`. Never throws: '' when there are none. */
  logTail(id: string, lines: number, bytes: number): Promise<string>
  /** First lines, at most `bytes`. Never throws: '' when there are none. */
  logHead(id: string, lines: number, bytes: number, signal: AbortSignal): Promise<string>
  /** What else `inspect` says; null: gone. */
  facts(id: string, signal: AbortSignal): Promise<ContainerFacts | null>
  /** What listens in its network namespace; null: it cannot be seen from here, or it does not run. */
  sockets(container: Pick<Container, 'id' | 'pid'>, signal: AbortSignal): Promise<Socket[] | null>
  /** Command lines of what runs in it; none where it does not run. */
  processes(container: Pick<Container, 'id' | 'pid'>, signal: AbortSignal): Promise<string[]>
  /** The machine it runs on; null: it is not this one. */
  host(signal: AbortSignal): Promise<HostFacts | null>
  /** The log line by line, each after the one before was taken, until it ends or the signal aborts. */
  follow(id: string, options: { tail: number; follow: boolean }, line: LogLine, signal: AbortSignal): Promise<void>
  /** Calls `wake` for each event of containers of this instance. Subscribed when it resolves; call the result to stop. */
  listen(wake: (event: EngineEvent) => void): Promise<() => void>
}
