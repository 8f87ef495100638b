import { type SystemName, systems } from './systems.ts'

/** What is known of a public image without looking into it. */
export interface Knowledge {
  system: SystemName | null
  /** Programs it has beside its system's. */
  programs: string[]
  /** tcp EXPOSE, ascending; null: not known. */
  exposed: number[] | null
  /** Speaks a protocol of its own, not HTTP. */
  store: boolean
  /** It sets a USER that is not root. */
  rootless: boolean
  /** True: known to have no HEALTHCHECK. */
  unchecked: boolean
}

interface Row {
  /** Names without registry. */
  names: string
  system: SystemName | null
  programs?: string
  exposed?: number[]
  store?: boolean
}

/**
 * Docker's official images (github.com/docker-library and nginx/docker-nginx, caddyserver/caddy-docker; read in 2026): none has a HEALTHCHECK.
 * A tag with "alpine" or "slim" changes the system.
 */
const official: Row[] = [
  { names: 'debian', system: 'debian' },
  { names: 'ubuntu', system: 'ubuntu' },
  { names: 'alpine', system: 'alpine' },
  { names: 'busybox', system: 'busybox' },
  { names: 'scratch', system: 'scratch' },
  { names: 'buildpack-deps', system: 'buildpack' },
  { names: 'fedora rockylinux almalinux amazonlinux oraclelinux centos', system: 'redhat' },
  { names: 'python', system: 'buildpack', programs: 'python python3 pip' },
  { names: 'node', system: 'buildpack', programs: 'node npm npx yarn' },
  { names: 'golang', system: 'buildpack', programs: 'go' },
  { names: 'ruby', system: 'buildpack', programs: 'ruby' },
  { names: 'rust', system: 'buildpack', programs: 'cargo' },
  { names: 'perl', system: 'buildpack', programs: 'perl' },
  { names: 'php', system: 'debian', programs: 'php curl' },
  { names: 'wordpress', system: 'debian', programs: 'php curl', exposed: [80] },
  { names: 'nginx', system: 'debian', programs: 'nginx curl', exposed: [80] },
  { names: 'httpd', system: 'debian', exposed: [80] },
  { names: 'caddy', system: 'alpine', programs: 'caddy', exposed: [80, 443, 2019] },
  { names: 'traefik', system: 'alpine', programs: 'traefik', exposed: [80] },
  { names: 'eclipse-temurin', system: null, programs: 'java' },
  { names: 'postgres', system: 'debian', programs: 'pg_isready psql', exposed: [5432], store: true },
  { names: 'redis', system: 'debian', programs: 'redis-cli', exposed: [6379], store: true },
  { names: 'mysql', system: null, programs: 'mysql mysqladmin', exposed: [3306, 33060], store: true },
  { names: 'mariadb', system: 'ubuntu', programs: 'mariadb mariadb-admin healthcheck.sh', exposed: [3306], store: true },
  { names: 'mongo', system: 'ubuntu', exposed: [27017], store: true },
  { names: 'memcached', system: 'debian', exposed: [11211], store: true },
  { names: 'rabbitmq', system: 'ubuntu', programs: 'rabbitmq-diagnostics rabbitmqctl', exposed: [4369, 5671, 5672, 15691, 15692, 25672], store: true },
]

const others: [RegExp, Row][] = [
  [/^gcr\.io\/distroless\/(static|base|cc|java|python3|nodejs)/, { names: '', system: 'distroless', exposed: [] }],
  [/^mcr\.microsoft\.com\/dotnet\/(aspnet|runtime|runtime-deps)$/, { names: '', system: 'ubuntu', programs: 'dotnet' }],
  [/^(registry\.access\.redhat\.com|registry\.redhat\.io)\/ubi\d+/, { names: '', system: 'redhat' }],
  [/^valkey\/valkey$/, { names: '', system: 'debian', programs: 'valkey-cli', exposed: [6379], store: true }],
  [/^(pgvector\/pgvector|postgis\/postgis)$/, { names: '', system: 'debian', programs: 'pg_isready psql', exposed: [5432], store: true }],
  [/^ghcr\.io\/astral-sh\/uv$/, { names: '', system: null, programs: 'uv python python3' }],
]

/** Databases and queues by their names alone: enough to say that no browser can read them. */
const storeName = /(^|[/-])(postgres(ql)?|mysql|mariadb|mongo(db)?|redis|valkey|memcached|rabbitmq|kafka|zookeeper|etcd|cassandra)$/

export function knowledgeOf(reference: string): Knowledge {
  const { name, tag } = partsOf(reference)
  const row = official.find(({ names }) => names.split(' ').includes(name)) ?? others.find(([pattern]) => pattern.test(name))?.[1]
  const unknown = { system: null, programs: [], exposed: null, rootless: /nonroot|bitnami/.test(reference), unchecked: false }
  if (row === undefined) return { ...unknown, store: storeName.test(name) }
  return {
    system: systemOf(row, tag),
    programs: row.programs?.split(' ') ?? [],
    exposed: exposedOf(row, name, tag),
    store: row.store ?? false,
    rootless: /nonroot/.test(tag) || name === 'memcached',
    unchecked: true,
  }
}

/** Registry names of Docker Hub and its official images are left away. */
export function partsOf(reference: string): { name: string; tag: string; digest: boolean } {
  const [named = '', digest] = reference.split('@')
  const [, name = named, tag = ''] = /^(.*?)(?::([^:/]+))?$/.exec(named) ?? []
  const short = name.replace(/^((index\.|registry-1\.)?docker\.io|public\.ecr\.aws\/docker|mirror\.gcr\.io)\//, '').replace(/^library\//, '')
  return { name: short, tag, digest: digest !== undefined }
}

function systemOf({ system }: Row, tag: string): SystemName | null {
  if (system === 'distroless') return /debug/.test(tag) ? 'busybox' : 'distroless'
  if (/alpine/.test(tag)) return 'alpine'
  if (/chiseled|distroless/.test(tag)) return 'distroless'
  if (/slim/.test(tag) && system !== 'alpine') return 'debian'
  if (/windows|nanoserver/.test(tag)) return null
  return system
}

function exposedOf(row: Row, name: string, tag: string): number[] | null {
  if (name === 'php') return /fpm/.test(tag) ? [9000] : /apache/.test(tag) ? [80] : []
  if (name === 'wordpress' && /fpm/.test(tag)) return [9000]
  if (name === 'rabbitmq' && /management/.test(tag)) return [...(row.exposed ?? []), 15671, 15672]
  return row.exposed ?? (row.names === '' ? null : [])
}

/** Whether an image has a program, as far as is known; null: not known. */
export function knownToHave({ system, programs }: Knowledge, program: string): boolean | null {
  if (programs.includes(program)) return true
  if (system === null) return null
  const { has, lacks }: { has: readonly string[]; lacks: readonly string[] | 'all' } = systems[system]
  if (has.includes(program)) return true
  return lacks === 'all' || lacks.includes(program) ? false : null
}
