/** What an extension may set under `x-torii` or `torii` of kamiwaza.json, with the operator's defaults filled in. Times in ms. */
export interface Settings {
  routing: 'both' | 'port' | 'path'
  stripPathPrefix: boolean
  fastStart: boolean
  gate: { timeout: number; interval: number }
  probe: {
    /** none: services and tools that do not ask for it (reading 30). */ type: 'http' | 'none'
    path: string
    timeout: number
    interval: number /** Highest status that still passes is expect - 1. */
    expect: number
  }
  update: { strategy: 'auto' | 'beside' | 'in_place' }
  /** Service named as primary at the top level; null: the rules of reading 28. */
  primary: string | null
}

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully'

/** Merged health check (Compose over image), durations in ms, as the container really has it. */
export interface Check {
  test: string[]
  interval: number
  timeout: number
  retries: number
  startPeriod: number
  /** 0: the engine's own schedule. */
  startInterval: number
}

/** Where each setting of a check comes from: the Compose file, the image, Docker's own defaults, or Torii (fast start, floor). */
export type CheckFrom = Record<keyof Check, 'compose' | 'image' | 'docker' | 'torii'>
/** Where a check of ours asks, from outside the container. */
export interface OutsideCheck {
  port: number
  /** Of a GET; null: a connection is enough. */
  path: string | null
}

/** What the engine gives to processes by itself and Torii takes from them. */
export interface Taken {
  /** By their names without CAP_. */
  capabilities: string[]
  /** They can gain no privileges by a file of another user. */
  newPrivileges: boolean
  /** Its memory limit, bytes, where that is Torii's ceiling and not the file's own wish. */
  memory?: number
  /** Its limit of processes and threads, where that is Torii's. */
  processes?: number
}

export interface PlannedService {
  name: string
  replicas: number
  /** Only dependencies that exist in this model. */
  dependsOn: { service: string; condition: Condition; required: boolean }[]
  /** Services that await this one's `service_completed_successfully`. */
  awaitedBy: string[]
  /** Asked for by x-torii or awaited: judged by exit alone (reading 11). */
  oneshot: boolean
  /** Image reference as the file names it (for people). */
  image: string
  /** sha256:…, what is really run; null: only looked ahead to, and not here. */
  imageId: string | null
  /** null: no HEALTHCHECK, the wait is skipped. */
  check: Check | null
  /** Absent: planned before this was kept. */
  checkFrom?: CheckFrom | null
  /** The check is ours (`x-torii.healthcheck`): the control plane asks this, and the engine knows of none. */
  outside?: OutsideCheck
  /** Earliest first probe after the start: with and without fast start, ms; null without a check. */
  firstProbe: { plain: number; fast: number } | null
  /** As Compose writes it: no, on-failure[:N], always, unless-stopped. */
  restart: string
  /** What Torii adds because the file leaves it open, each for people. Absent: planned before this was kept. */
  added?: string[]
  /** What Torii takes from its processes. Absent: planned before this was kept. */
  taken?: Taken
  /** It declares or exposes a port, so exiting 0 is no finish (reading 11). */
  hasPort: boolean
}

/** What the heart needs to know of the rewritten model. Made by the extension room, stored with the revision. */
export interface Plan {
  /** In gate order: depends_on first, then file order (reading 8). */
  services: PlannedService[]
  /** The routed service, its container port and, for one replica, its fixed address; null: nothing to route to (reading 28). */
  route: { service: string; port: number; address: string | null } | null
  /** Named volumes of the deployment: full engine names, and who writes them. */
  volumes: { name: string; engineName: string; writers: string[] }[]
  /** Ports of the host that are published past the proxy, because somebody has allowed it. Absent: none. */
  hostPorts?: string[]
}

/** One image that must be there before anything starts. */
export interface PlannedImage {
  /** Services that run it. */
  services: string[]
  /** Reference to pull, or the tag our build gets. */
  ref: string
  pullPolicy: 'always' | 'missing' | 'never' | 'if_not_present' | 'build'
  /** os/arch[/variant] wanted; null: the engine's own. */
  platform: string | null
  /** Present for `build:` services (resolved by Compose: absolute context). */
  build: Build | null
}

export interface Build {
  context: string
  /** Real path of the folder that the context lies in when the build begins; null: not looked at. */
  within: string | null
  /** Its name in the Compose file; null: the usual one, or none. */
  dockerfile: string | null
  /** The Dockerfile's text as the policy has judged it, wherever it stands; null: there is none, or nobody has looked. */
  dockerfileText: string | null
  /** The file NAME.dockerignore beside it. */
  dockerignore: string | null
  args: Record<string, string>
  target: string | null
}

/** What the engine knows of a local image. */
export interface ImageFacts {
  /** sha256:… */
  id: string
  /** Repository digest that was pulled; null for built or imported ones. */
  digest: string | null
  os: string
  architecture: string
  /** Bytes on disk. */
  size: number
  /** The image's own HEALTHCHECK; test null: it has none. Absent parts are 0. */
  check: Check | null
  /** EXPOSE, tcp only, ascending. */
  exposed: number[]
  /** Whom it runs as by itself; absent or '': root. */
  user?: string
  /** What it runs by itself: entrypoint and command; absent: nothing. */
  command?: string[]
}
