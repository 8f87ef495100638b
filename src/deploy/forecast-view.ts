import type { Check, PlannedService } from './plan.ts'
import type { Kind, RouteKind } from './record.ts'

/** What a deploy would do now, as `torii plan` shows it: nothing of it is recorded or started. Times in ms. */
export interface Forecast {
  /** `id` null: the deploy would make a new deployment, whose id is not known yet. */
  deployment: { id: string | null; name: string; kind: Kind }
  revision: number
  /** Number of the live revision; null: there is none. */
  live: number | null
  /** How it would take over; `volumes`, and `ports` of the host: those that leave no other way than in place. */
  update: { how: 'first' | 'beside' | 'in_place'; volumes: string[]; ports: string[] }
  /** Of a new deployment the path has `{deployment_id}` where its id will be. */
  routes: { route: RouteKind; url: string }[]
  /** null: nothing to route to, or only an image that is not here could tell. */
  routed: { service: string; port: number } | null
  images: ForecastImage[]
  /** In gate order. */
  services: ForecastService[]
  volumes: { name: string; writers: string[] }[]
  /** The longest that each phase may take. */
  longest: { gate: number; probe: number }
  /** Against the live revision. */
  changes: Change[]
  notices: string[]
}

export interface ForecastImage {
  image: string
  services: string[]
  step: 'present' | 'pull' | 'build'
  /** null: not on this machine. Of a build: what the last one made. */
  id: string | null
  digest: string | null
  /** Bytes on disk. */
  size: number | null
}

export interface ForecastService {
  service: string
  image: string
  /** false: its image is not here, so its HEALTHCHECK and EXPOSE are not known yet. */
  known: boolean
  replicas: number
  dependsOn: PlannedService['dependsOn']
  restart: string
  /** Why it is a one-shot, or would be taken for one when it exits 0; null: it must run. */
  oneshot: { is: 'asked' | 'awaited' | 'if_it_ends'; why: string } | null
  /** What Torii adds because the file leaves it open. */
  added: string[]
  /** Merged, as the container will have it; null: none is known. */
  check: Check | null
  /** From the moment the containers are created; `fast` as it will be, `plain` without fast start. */
  timeline: ForecastTimeline
}

export interface ForecastTimeline {
  /** Earliest start: what it depends on comes first. */
  start: Pace
  /** null: without a check nothing is waited for. */
  firstProbe: Pace | null
  earliestHealthy: Pace | null
  /** Earliest verdict on a check that always fails, from its start; null without a check. */
  earliestUnhealthy: number | null
  /** Its own time at the gate, from its turn. */
  timeout: number
  /** The latest end of its turn, when all before it took all their time. */
  latest: number
}

export interface Pace {
  plain: number
  fast: number
}

/** One difference between what is live and what would be deployed. Values of variables are never shown. */
export interface Change {
  /** null: of the whole extension. */
  service: string | null
  what: 'service' | 'image' | 'variable' | 'option' | 'setting' | 'volume' | 'network'
  name: string
  change: 'added' | 'removed' | 'changed'
  /** Of images and settings. */
  before?: string
  after?: string
}
