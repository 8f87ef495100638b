import { ancestry, type Stage } from './dockerfile.ts'
import { argumentsOf } from './image-config.ts'

/** What a Dockerfile does about a program: brings it, perhaps brings it, or shows no sign of it. */
export type Brought = 'yes' | 'maybe' | 'no' | 'nothing installed'

const packagesOf: Record<string, string> = {
  nc: 'netcat|netcat-openbsd|netcat-traditional|ncat|nmap-ncat|busybox',
  ncat: 'nmap-ncat|nmap',
  netcat: 'netcat-openbsd|netcat-traditional',
  ps: 'procps|procps-ng',
  pgrep: 'procps|procps-ng',
  pkill: 'procps|procps-ng',
  wget: 'busybox|buildpack-deps',
  python: 'python3|python-is-python3',
  python3: 'python3-minimal|python3\\.\\d+',
  node: 'nodejs|nodesource',
  ping: 'iputils-ping|iputils',
  netstat: 'net-tools',
  ss: 'iproute2',
  pg_isready: 'postgresql[\\w.-]*',
  psql: 'postgresql[\\w.-]*',
  'redis-cli': 'redis[\\w.-]*|valkey[\\w.-]*',
  mysqladmin: '(default-)?mysql[\\w.-]*|mariadb[\\w.-]*',
  'mariadb-admin': 'mariadb[\\w.-]*',
  http: 'httpie',
}

/** Runs something whose work cannot be seen here: a script, a list of packages from somewhere. */
const unseen =
  /\.(sh|bash)\b|\b(install|setup|bootstrap)\w*\.py\b|\|\s*(ba)?sh\b|\bmake\b|xargs|(install|add)\b[^&|;]*\$|packages\.txt|--with-deps|install-deps|\bnix(-env)?\b|\bbrew\b|ansible|dpkg -i|debootstrap/
const installer = /\b(apt-get|apt|apk|dnf|yum|microdnf|zypper|pacman|tdnf)\b[^&|;]*\b(install|add|-S\w*)\b/

export function broughtBy(stage: Stage, program: string): Brought {
  const steps = ancestry(stage).flatMap(({ instructions }) => instructions)
  const of = (...keywords: string[]) => steps.filter((each) => keywords.includes(each.getKeyword())).map((each) => argumentsOf(each))
  const copied = of('COPY', 'ADD')
  const ran = of('RUN')
  if (copied.some((text) => text.split(/[\s/]+/).includes(program))) return 'yes'
  const named = new RegExp(`(^|[\\s/='"])(${escaped(program)}|${packagesOf[program] ?? escaped(program)})([\\s='"@;&|]|$)`)
  if (ran.some((text) => named.test(text))) return 'yes'
  if (ran.some((text) => unseen.test(text)) || copied.some(bringsPrograms)) return 'maybe'
  return ran.some((text) => installer.test(text)) ? 'no' : 'nothing installed'
}

/** A folder of programs, or anything laid over the whole file system. */
function bringsPrograms(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => word !== '' && !word.startsWith('--'))
  return words.at(-1) === '/' || words.slice(0, -1).some((from) => from === '/' || /(^|\/)s?bin(\/\*?)?$/.test(from))
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
