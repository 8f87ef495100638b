import type { ProbeFailure } from './record.ts'

/** What `inspect` says of a container beside what the watch looks at. */
export interface ContainerFacts {
  /** '': the image's own default, root. */
  user: string
  entrypoint: string[]
  command: string[]
  /** os/arch of its image; null: the image is not there any more. */
  platform: string | null
  /** Bytes; 0: no limit. */
  memoryLimit: number
  restart: string
  /** Variables that say where it listens and below which path; no others are kept. */
  settings: Record<string, string>
  /** Variables whose value names a host, and that host with its port, nothing else of it. */
  hosts?: Record<string, string>
  /** Names of variables that are there and empty. */
  empty?: string[]
  /** Names of all variables that were given to it; absent: there are too many, or it was looked at before this was kept. */
  variables?: string[]
  /** USER of its image; absent: not known. */
  imageUser?: string
  /** Where it starts; absent: at the root. */
  workingDir?: string
  /** Its root file system cannot be written. */
  readOnly?: boolean
}

/** A listening TCP socket in a container's network namespace. */
export interface Socket {
  /** 0.0.0.0, 127.0.0.1, ::, ::1 … */
  address: string
  port: number
}

/** The machine that the engine runs on, at one moment. Bytes. */
export interface HostFacts {
  cpus: number
  load1: number
  memoryTotal: number
  /** null: it cannot be read. */
  memoryAvailable: number | null
  /** Where the engine keeps images and containers; null: it cannot be seen. */
  disk: { path: string; total: number; free: number } | null
  /** Share of the last ten seconds in which something waited for it, percent; null: this kernel does not count it. */
  pressure: { cpu: number | null; memory: number | null; io: number | null }
}

/** What a backend said that was asked past the proxy. */
export interface DirectAnswer {
  url: string
  status: number | null
  failed: ProbeFailure | null
  detail: string
  location: string | null
  /** The beginning of what it answered. */
  body: string
  ms: number
  /** To an HTTP request it says nothing that is HTTP, and then it took a TLS handshake. */
  tls?: true
}

/** The proxy's own view of one of our routes. */
export interface RouterSeen {
  name: string
  /** enabled, disabled, warning; absent: it knows none of that name. */
  status: string
  /** Why it is not enabled. */
  errors: string[]
  /** Where it leads. */
  servers: string[]
}
