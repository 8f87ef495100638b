import { baseName, isShell } from '../command/programs.ts'
import { secondsOf } from '../words.ts'
import type { Case } from './case.ts'
import { passesOn } from './entrypoint.ts'
import { quote, type Rule, write } from './rule.ts'
import { listLine } from './variables.ts'

/** The same words so that the program stays; null: by these words it does. */
type Stays = (program: string, args: string[]) => string[] | null

const adding =
  (...more: string[]): Stays =>
  (program, args) =>
    more.every((each) => args.includes(each)) ? null : [program, ...args, ...more]
const dropping =
  (pattern: RegExp): Stays =>
  (program, args) =>
    args.some((arg) => pattern.test(arg)) ? [program, ...args.filter((arg) => !pattern.test(arg))] : null
const replacing =
  (from: string, ...to: string[]): Stays =>
  (program, args) =>
    args.includes(from) ? [program, ...args.flatMap((arg) => (arg === from ? to : [arg]))] : null

const redis: Stays = (program, args) => {
  const at = args.indexOf('--daemonize')
  const rest = at < 0 ? args : args.filter((_, each) => each !== at && each !== at + 1)
  return args[at + 1] === 'no' && at >= 0 ? null : [program, ...rest, '--daemonize', 'no']
}
const nginx: Stays = (program, args) => (args.join(' ').includes('daemon off') ? null : [program, ...args, '-g', 'daemon off;'])

/**
 * Servers that go into the background by themselves and end with 0: nginx 1.30, Redis 8 (where its file says `daemonize yes`, as Debian's
 * does), memcached 1.6, Supervisor 4, Apache 2.4, PHP 8, OpenSSH 10, cron of Debian and busybox, gunicorn 23, MongoDB 8.
 */
const daemons: Record<string, Stays> = {
  nginx,
  'redis-server': redis,
  'valkey-server': redis,
  memcached: dropping(/^-d$|^--daemon$/),
  supervisord: adding('-n'),
  apachectl: (program, args) => [program, ...args.filter((arg) => arg !== 'start' && !/^-k$/.test(arg)), '-D', 'FOREGROUND'],
  httpd: adding('-DFOREGROUND'),
  'php-fpm': adding('-F'),
  sshd: (program, args) => [program.startsWith('/') ? program : '/usr/sbin/sshd', ...args, '-D'],
  cron: adding('-f'),
  crond: adding('-f'),
  gunicorn: dropping(/^-D$|^--daemon$/),
  mongod: dropping(/^--fork$/),
  haproxy: dropping(/^-D$/),
  lighttpd: adding('-D'),
  caddy: replacing('start', 'run'),
  postfix: replacing('start', 'start-fg'),
}
const sameAs: Record<string, string> = { apache2ctl: 'apachectl', cronie: 'crond' }
/** What `service NAME start` starts, to be started by itself. */
const services: Record<string, string[]> = {
  apache2: ['apachectl', '-D', 'FOREGROUND'],
  cron: ['cron', '-f'],
  nginx: ['nginx', '-g', 'daemon off;'],
  'redis-server': ['redis-server', '--daemonize', 'no'],
  ssh: ['/usr/sbin/sshd', '-D'],
}

/** The words of the last program that its command starts, and what stands before them in a script. */
function lastProgram({ seen }: Case): { before: string; words: string[] } | null {
  const { entrypoint = [], command = [] } = seen?.facts ?? {}
  const words = passesOn(entrypoint) && command.length > 0 ? command : [...entrypoint, ...command]
  if (!isShell(baseName(words[0] ?? ''))) return { before: '', words }
  const script = words.length === 3 && words[1] === '-c' ? (words[2] ?? '').trim() : ''
  const at = Math.max(script.lastIndexOf('&&') + 2, script.lastIndexOf(';') + 1, 0)
  const last = /&&|;/.test(script) ? script.slice(at) : script
  if (script === '' || /["'`$<>|]|[^&]&$/.test(last)) return null
  const parts = last.trim().split(/\s+/)
  return { before: script.slice(0, script.length - last.trimStart().length), words: parts[0] === 'exec' ? parts.slice(1) : parts }
}

function staying([program = '', ...args]: string[]): string[] | null {
  const name = baseName(program).replace(/^(php-fpm)[\d.]+$/, '$1')
  if (name === 'service') return services[args[0] ?? ''] ?? null
  return daemons[sameAs[name] ?? name]?.(program, args) ?? null
}

function inScript(words: string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word}'`)).join(' ')
}

/** ms. Whoever leaves into the background does it at once. */
const atOnce = 30_000

export const daemonRules: Rule[] = [
  {
    id: 'runs-in-background',
    about: 'a server that goes into the background by itself (nginx, Redis, cron …), so that its container ends with exit code 0',
    find: (seen) => {
      const { seen: container, service } = seen
      if (!['container_exited', 'crash_loop'].includes(seen.trouble.reason) || container?.exitCode !== 0 || (container.ran ?? 0) > atOnce) return null
      const last = lastProgram(seen)
      const stays = last === null ? null : staying(last.words)
      if (last === null || stays === null) return null
      const ran = container.ran == null ? '' : ` after ${secondsOf(container.ran)}`
      const line = listLine('command', last.before === '' ? stays : ['sh', '-c', `${last.before}exec ${inScript(stays)}`])
      const { entrypoint = [], command = [] } = container.facts ?? {}
      const overEntrypoint = command.length === 0 || !passesOn(entrypoint)
      return {
        clause: `${service} started \`${quote(last.words.join(' '), 80)}\`, which goes into the background and ended with exit code 0${ran}: nothing of it stays in the foreground`,
        fix: `${write(service, '', overEntrypoint && entrypoint.length > 0 ? line.replace('command:', 'entrypoint:') : line)}: it then stays.`,
        evidence: ['exit code 0', `it ran: ${quote([...entrypoint, ...command].join(' '))}`],
        sure: true,
      }
    },
  },
]
