/** Who installs packages in an image; `none`: nobody can, for there is no package manager in it. */
export type Family = 'debian' | 'alpine' | 'redhat' | 'none'

type Packages = Record<Exclude<Family, 'none'>, string>

const everywhere = (name: string): Packages => ({ debian: name, alpine: name, redhat: name })
const named = (debian: string, alpine: string, redhat: string): Packages => ({ debian, alpine, redhat })

const postgres = named('postgresql-client', 'postgresql-client', 'postgresql')
const mysql = named('default-mysql-client', 'mysql-client', 'mysql')
const netcat = named('netcat-openbsd', 'netcat-openbsd', 'nmap-ncat')
const dns = named('dnsutils', 'bind-tools', 'bind-utils')
const processes = named('procps', 'procps', 'procps-ng')

/** Programs of health checks, and the package that brings each (Debian 12, Alpine 3.22, Fedora 42); null: no package of theirs does. */
const packages: Record<string, Packages | null> = {
  bash: everywhere('bash'),
  curl: everywhere('curl'),
  dig: dns,
  grpc_health_probe: null,
  http: everywhere('httpie'),
  https: everywhere('httpie'),
  jq: everywhere('jq'),
  lsof: everywhere('lsof'),
  mariadb: named('mariadb-client', 'mariadb-client', 'mariadb'),
  'mariadb-admin': named('mariadb-client', 'mariadb-client', 'mariadb'),
  mongo: null,
  mongosh: null,
  mysql,
  mysqladmin: mysql,
  nc: netcat,
  ncat: named('ncat', 'nmap-ncat', 'nmap-ncat'),
  netcat,
  netstat: everywhere('net-tools'),
  node: everywhere('nodejs'),
  nslookup: dns,
  perl: everywhere('perl'),
  pg_isready: postgres,
  pgrep: processes,
  ping: named('iputils-ping', 'iputils', 'iputils'),
  pkill: processes,
  ps: processes,
  psql: postgres,
  python3: everywhere('python3'),
  'rabbitmq-diagnostics': null,
  rabbitmqctl: null,
  'redis-cli': named('redis-tools', 'redis', 'redis'),
  socat: everywhere('socat'),
  ss: named('iproute2', 'iproute2', 'iproute'),
  telnet: named('telnet', 'busybox-extras', 'telnet'),
  wget: everywhere('wget'),
}

/** What installs a program, as RUN takes it; null: no package that we know of brings it there. */
export function installCommand(program: string, family: Family): string | null {
  const known = Object.hasOwn(packages, program) ? packages[program] : null
  if (known == null || family === 'none') return null
  if (family === 'alpine') return `apk add --no-cache ${known.alpine}`
  if (family === 'redhat') return `dnf install -y ${known.redhat} && dnf clean all`
  return `apt-get update && apt-get install -y --no-install-recommends ${known.debian} && rm -rf /var/lib/apt/lists/*`
}

/** Where the servers listen that these ask. */
const usualPorts: Record<string, number> = {
  mongo: 27017,
  mongosh: 27017,
  mysqladmin: 3306,
  'mariadb-admin': 3306,
  pg_isready: 5432,
  'rabbitmq-diagnostics': 5672,
  'redis-cli': 6379,
}

/**
 * What remains where nothing can be installed, after "Use"; `port`: the one to ask, null: not known. A check of ours counts only where the service
 * has no other.
 */
export function withoutInstalling(program: string, port: number | null): string {
  const ours = `\`x-torii: {healthcheck: {tcp: ${port ?? usualPorts[program] ?? 'PORT'}}}\``
  return `an image that has ${program}, or write ${ours} in the place of this check, which needs no tool (\`torii suggest DIR\` tries what works)`
}

const families: [RegExp, Family][] = [
  [/(^|\/)(scratch|busybox)(:|@|$)|distroless|chiseled|^cgr\.dev\//, 'none'],
  [/alpine/, 'alpine'],
  [/(^|\/)(fedora|rockylinux|almalinux|amazonlinux|oraclelinux|centos|ubi\d+\S*)(:|@|$)/, 'redhat'],
  [/(^|\/)(debian|ubuntu)(:|@|$)|slim|bookworm|bullseye|trixie|noble|jammy|focal/, 'debian'],
]

/** By an image's name alone; null: it does not tell. */
export function familyOf(image: string): Family | null {
  return families.find(([pattern]) => pattern.test(image))?.[1] ?? null
}
