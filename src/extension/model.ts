/**
 * The parts of Compose's resolved model that we use. A service may be called `__proto__`: models are null-prototype
 * objects, made by `parseModel`, and walked with Object.entries.
 */
export type Dict<T = unknown> = { [key: string]: T }

export interface Model {
  name?: string
  services?: Dict<Service>
  networks?: Dict<Network | null>
  volumes?: Dict<Volume | null>
  configs?: Dict<FileSource>
  secrets?: Dict<FileSource>
}

export interface Service {
  image?: string
  build?: Build
  pull_policy?: string
  platform?: string
  container_name?: string
  network_mode?: string
  environment?: Dict<string | number | boolean | null> | null
  labels?: Dict | string[] | null
  ports?: Port[] | null
  expose?: (string | number)[] | null
  volumes?: Mount[] | null
  networks?: Dict<Attachment | null> | null
  depends_on?: Dict<Dependency> | null
  healthcheck?: Healthcheck | null
  configs?: FileMount[] | null
  secrets?: FileMount[] | null
  deploy?: Deploy | null
  scale?: number
  restart?: string
  'x-torii'?: unknown
}

export interface Port {
  target?: number | string
  published?: number | string
  protocol?: string
  host_ip?: string
}

export interface Mount {
  type?: string
  source?: string
  target?: string
  read_only?: boolean
  bind?: { propagation?: string; create_host_path?: boolean; selinux?: string } | null
  volume?: Dict | null
}

export interface Attachment {
  aliases?: string[] | null
  ipv4_address?: string
  ipv6_address?: string
}

export interface Dependency {
  condition?: string
  required?: boolean
  restart?: boolean
}

export interface Healthcheck {
  test?: string[] | string | null
  interval?: string
  timeout?: string
  retries?: number | string | null
  start_period?: string
  start_interval?: string
  disable?: boolean
}

export interface FileMount {
  source?: string
  target?: string
}

/** A top-level config or secret. */
export interface FileSource {
  name?: string
  file?: string
  content?: string
  environment?: string
  external?: boolean
}

export interface Deploy {
  replicas?: number | null
  labels?: Dict | null
  resources?: Dict<Dict | null> | null
  restart_policy?: { condition?: string; max_attempts?: number } | null
}

export interface Network {
  name?: string
  driver?: string
  driver_opts?: Dict | null
  external?: boolean
  internal?: boolean
  ipam?: Dict | null
  labels?: Dict | null
}

export interface Volume {
  name?: string
  driver?: string
  driver_opts?: Dict | null
  external?: boolean
}

export interface Build {
  context?: string
  dockerfile?: string
  dockerfile_inline?: string
  args?: Dict<string | null> | string[] | null
  target?: string
}

export function servicesOf(model: Model): [string, Service][] {
  return Object.entries(model.services ?? {})
}

/** How many containers Compose makes of a service. */
export function replicasOf(service: Service): number {
  return Number(service.scale ?? service.deploy?.replicas ?? 1)
}
