/** What a system's base image has and lacks; what is in neither list is not known. */
export interface System {
  /** What `sh` is; null: there is none. */
  shell: 'dash' | 'busybox' | 'bash' | null
  has: readonly string[]
  /** `all`: there is nothing but what `has` names. */
  lacks: readonly string[] | 'all'
}

const words = (text: string) => text.trim().split(/\s+/)

const notInDebian = 'curl wget nc netcat ncat python python3 node ping netstat ss telnet busybox jq lsof nslookup dig http'

/**
 * From the images' own Dockerfiles (docker-library, debuerreotype, alpine/docker-alpine, GoogleContainerTools/distroless, read in 2026).
 * Only what has been true for years: a wrong "it has no curl" costs more than a missing one.
 */
export const systems = {
  /** debian:12-slim and what is made from it. */
  debian: { shell: 'dash', has: words('sh bash perl grep sed awk'), lacks: words(`${notInDebian} ps pgrep pkill`) },
  ubuntu: { shell: 'dash', has: words('sh bash perl grep sed awk'), lacks: words(notInDebian) },
  /** buildpack-deps: what python:3.11 and node:22 without "slim" are made from. */
  buildpack: { shell: 'dash', has: words('sh bash perl grep sed awk curl wget git python3 ps pgrep'), lacks: words('nc netcat ncat http') },
  alpine: {
    shell: 'busybox',
    has: words('sh wget nc ps pgrep pkill ping netstat nslookup busybox grep sed awk'),
    lacks: words('curl bash python python3 node perl jq ncat http ss lsof dig'),
  },
  busybox: {
    shell: 'busybox',
    has: words('sh wget nc ps pgrep pkill ping netstat nslookup busybox grep sed awk telnet httpd'),
    lacks: words('curl bash python python3 node perl jq ncat http ss lsof dig'),
  },
  /** Fedora, UBI, Rocky, Alma, Amazon Linux: `sh` is bash, so /dev/tcp works in it. */
  redhat: { shell: 'bash', has: words('sh bash curl grep sed'), lacks: words('wget nc netcat') },
  scratch: { shell: null, has: [], lacks: 'all' },
  distroless: { shell: null, has: [], lacks: 'all' },
} as const satisfies Record<string, System>

export type SystemName = keyof typeof systems
