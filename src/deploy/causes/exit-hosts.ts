import { isFarewell, lastLineOf } from '../words.ts'
import { type Case, ending, finalLines, isOfCheck, isOfEnd, isRefused } from './case.ts'
import { asksItself } from './check-target.ts'
import { alsoWrite, hostFix, meantBy, onlyStranger, others, renamed, variableOf } from './host-names.ts'
import { coveredBy, shown } from './mounts.ts'
import { networksApart } from './networks.ts'
import { lastMatch, quote, type Rule, write } from './rule.ts'
import { answeredBadly, whetherItGoesOn } from './said.ts'
import { servicesOf } from './stores.ts'

/**
 * Another service of the extension that a line names as a host: `db:5432`, `//db/`, `"db" (10.1.0.2)`, `db port 5432`, `host db`. A word
 * alone is none, nor a name in quotes: "Booting worker with pid: 7" and `{"logger":"worker"}` speak of no service.
 */
export function hostIn(line: string, seen: Case): string | null {
  const isHost = ({ name }: { name: string }) => {
    const word = name.replace(/[^\w-]/g, '\\$&')
    const before = `(?://|@|\\bhost(?:name)?["'\`]?[ =:]{1,3}["'\`]?|\\b(?:server|on|at|to) ["'\`])`
    const after = `(?::\\d{2,5}\\b|/\\d{1,3}\\.\\d|["'\`]? ?[(\\[]\\d{1,3}\\.|["'\`]?,? port\\b)`
    return new RegExp(`(?:^|[^\\w.[-])${word}${after}|${before}${word}(?![\\w.-])`).test(line)
  }
  return others(seen).find(isHost)?.name ?? null
}

/** What it printed at its end, and what its check said where that asks somebody else: its own refusal tells of no other service. */
function saidOfOthers(seen: Case): string[] {
  const ofItself = seen.target !== null && asksItself(seen.target, seen.service)
  return [...ending(seen).split('\n'), ...(ofItself ? [] : seen.said.split('\n')), ...answeredBadly(seen)]
}

/** Whom it looked for last, and whether that ended it, or is what its check asks. */
function lookedFor(seen: Case): { host: string; line: string; sure: boolean } | null {
  const ends = isOfEnd(seen)
  const answered = answeredBadly(seen)
  const lines = [...seen.said.split('\n'), ...ending(seen).split('\n'), ...answered]
  const found = (ends ? lastMatch(finalLines(seen), wantsHost) : null) ?? lastMatch(lines, wantsHost)
  if (found === null) return null
  const line = found.input
  const host = found[1] || lookup.exec(line)?.[1] || onlyStranger(seen)
  return host === null
    ? null
    : {
        host,
        line,
        sure: ends
          ? finalLines(seen).includes(line) && line.includes(host)
          : (seen.target?.host === host && seen.said.includes(line)) || (answered.includes(line) && line.includes(host)),
      }
}

/** What that service ended by, where it does not run: its name is known only while it does. */
function endedBefore({ evidence }: Case, host: string): string | null {
  const all = evidence.containers.filter(({ service }) => service === host)
  const [first] = all
  if (first === undefined || !all.every(({ state, exitCode }) => ['exited', 'restarting', 'dead'].includes(state) && exitCode !== 0)) return null
  const last = lastLineOf(first.logs)
  return `it ended with exit code ${first.exitCode}${last === '' ? '' : ` (${quote(last, 120)})`}`
}

/** nginx names the file and the line; of a file that is mounted, the extension's own. */
function inNginx(seen: Case, line: string, host: string): string | null {
  const at = /host not found in upstream "([^"]*)" in (\/\S{1,200}):(\d+)/.exec(line)
  const meant = meantBy(seen, { host })
  if (at === null || meant === null) return null
  const mount = coveredBy(servicesOf(seen).get(seen.service)?.mounts ?? [], at[2] ?? '')
  const file = mount === null ? at[2] : `${shown(seen, mount)}${(at[2] ?? '').slice(mount.target.length)}`
  // Without a port the line may name the host twice: `upstream api { server api; }`.
  const [, named = host] = at
  const [from, to] = named.includes(':') ? [named, named.replace(host, meant.name)] : [`//${host}`, `//${meant.name}`]
  const inServer = named.includes(':') ? '' : ` (behind \`server\`: \`server ${meant.name}\` in place of \`server ${host}\`)`
  return `In ${file}, line ${at[3]}, write \`${to}\` in place of \`${from}\`${inServer}`
}

/** `localhost:5432`, `127.0.0.1, port 5432`, `"localhost" (127.0.0.1), port 5432`, `::1:5432`: itself, by its own words. */
const itself = /(?:localhost|127\.0\.0\.1|(?:\[|\b|")?::1\]?)["')]{0,2}(?: \([\d.:]+\))?(?:,? port[ =:]{1,2}|:)(\d{2,5})\b/

export const wantsHost =
  /(?:could not translate host name|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|Name or service not known[^"']*|no such host|Temporary failure in name resolution|UnknownHostException:?|bad address|Could not resolve host:?|host not found in upstream|failed to resolve host|unknown host(?! key))[ :]*["']?([\w.-]*)/i
const lookup = /lookup ([\w.-]+)/

/** Rules for a host that a program looks for in vain, or that refuses it. */
export const exitHostRules: Rule[] = [
  {
    id: 'host-unknown',
    about: 'a program that looks for a host that no service of the extension is called',
    find: (seen) => {
      const found = lookedFor(seen)
      if (!(isOfEnd(seen) || isOfCheck(seen)) || found === null || found.host === 'localhost') return null
      const { host, line, sure } = found
      const names = (seen.revision.plan?.services ?? []).map(({ name }) => name)
      const exists = names.includes(host)
      const variable = variableOf(seen, host)
      if (names.length === 0 || host.includes('.')) return null
      const gone = exists ? endedBefore(seen, host) : null
      const apart = exists ? networksApart(seen, host) : null
      if (apart !== null) return { ...apart, evidence: [quote(line), ...apart.evidence], sure, ...(!sure && whetherItGoesOn(seen)) }
      return {
        deeper: true,
        clause: exists
          ? gone === null
            ? `${seen.service} looked for ${host} before ${host} was there`
            : `${seen.service} looks for ${host}, which does not run: ${gone}`
          : `${seen.service} looks for a host called ${host}, and no service of the extension is called that${variable === null ? '' : ` (its variable ${variable[0]} names it)`}`,
        fix: exists
          ? gone === null
            ? `${write(seen.service, 'depends_on:', `${host}: {condition: service_started}`)} (\`service_healthy\` where ${host} has a health check).`
            : `Correct what ends ${host} (\`torii logs ${seen.name} ${host}\`).`
          : `${inNginx(seen, line, host) ?? renamed(seen, host)}: its services are called ${names.join(', ')}.`,
        evidence: [quote(line), ...(variable === null ? [] : [`its variable ${variable[0]} names ${variable[1]}`])],
        sure,
        ...(!sure && { tellsApart: `whether ${seen.service} goes on after that line: \`torii logs ${seen.name} ${seen.service}\`` }),
      }
    },
  },
  {
    id: 'localhost-is-itself',
    about: 'a program that looks for another service of the extension on `localhost`, which is its own container',
    find: (seen) => {
      const answered = answeredBadly(seen)
      const lines = isOfCheck(seen) ? [...ending(seen).split('\n'), ...answered] : [...finalLines(seen), ...ending(seen).split('\n')]
      const line = lines.findLast((each) => isRefused(each) && itself.test(each))
      const port = Number(itself.exec(line ?? '')?.[1] ?? 0)
      const meant = line === undefined ? null : meantBy(seen, { port })
      if (line === undefined || meant === null || !(isOfEnd(seen) || isOfCheck(seen)) || seen.target?.port === port) return null
      const ends =
        isOfEnd(seen) &&
        (finalLines(seen).includes(line) ||
          line ===
            ending(seen)
              .split('\n')
              .findLast((each) => !isFarewell(each) && /^\S/.test(each)))
      const sure = meant.sure && (ends || answered.includes(line))
      const waits = seen.planned?.dependsOn.some(({ service }) => service === meant.name)
      const healthy = others(seen).find(({ name }) => name === meant.name)?.check != null
      return {
        deeper: true,
        clause: `${seen.service} looks for port ${port} on localhost, which is its own container, not ${meant.name}`,
        fix: `${hostFix(seen, `localhost:${port}`, `${meant.name}:${port}`)}${waits ? '' : `; and ${alsoWrite(seen.service, 'depends_on:', `${meant.name}: {condition: ${healthy ? 'service_healthy' : 'service_started'}}`)}`}.`,
        evidence: [quote(line)],
        sure,
        ...(!sure && { tellsApart: `whether port ${port} is meant to be of ${meant.name}, or of ${seen.service} itself` }),
      }
    },
  },
  {
    id: 'dependency-not-ready',
    about: 'a program that ends because another service does not take its connection yet',
    find: (seen) => {
      const line = saidOfOthers(seen).findLast((each) => isRefused(each) && hostIn(each, seen) !== null)
      const name = line === undefined ? null : hostIn(line, seen)
      if (!(isOfEnd(seen) || isOfCheck(seen)) || line === undefined || name === null) return null
      const other = others(seen).find((each) => each.name === name)
      const waits = seen.planned?.dependsOn.find(({ service }) => service === name)
      if (waits?.condition === 'service_healthy')
        return {
          deeper: true,
          clause: `${seen.service} is refused by ${name}, although ${name} is healthy`,
          fix: `Correct the port or address with which ${seen.service} calls ${name}, or let ${name} listen on 0.0.0.0.`,
          evidence: [quote(line)],
          sure: false,
          tellsApart: `the port in what it printed, against the one ${name} listens on`,
        }
      const check = other?.check == null ? `; and ${checkFor(name, other?.image ?? '', line).replace(/^In/, 'in')}` : ''
      const sure = isOfEnd(seen) && finalLines(seen).includes(line)
      return {
        deeper: true,
        clause: `${seen.service} is refused by ${name}, and is started without waiting until ${name} is healthy`,
        fix: `${write(seen.service, 'depends_on:', `${name}: {condition: service_healthy}`)}${check}.`,
        evidence: [quote(line), `${seen.service} ${waits ? `waits only for the start of ${name}` : `does not wait for ${name}`}`],
        sure,
        ...(!sure && { tellsApart: `whether ${name} takes that connection later: \`torii logs ${seen.name} ${name}\`` }),
      }
    },
  },
]

function checkFor(name: string, image: string, line: string): string {
  const test = knownCheck(image)
  if (test !== null) return write(name, 'healthcheck:', test)
  const port = /(?::|port[ =:]{1,2})(\d{2,5})\b/.exec(line)?.[1]
  return write(name, '', `x-torii: {healthcheck: {tcp: ${port ?? 'N'}}}`)
}

function knownCheck(image: string): string | null {
  // Without a value -U would take the next word, or none.
  if (/postgres|postgis|timescale|pgvector/.test(image)) return 'test: ["CMD-SHELL", "pg_isready -U $${POSTGRES_USER:-postgres}"]'
  if (/redis/.test(image)) return 'test: ["CMD", "redis-cli", "ping"]'
  if (/valkey/.test(image)) return 'test: ["CMD", "valkey-cli", "ping"]'
  // MariaDB's image has no mysqladmin since version 11.
  if (/mariadb/.test(image)) return 'test: ["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"]'
  if (/mysql/.test(image)) return 'test: ["CMD-SHELL", "mysqladmin ping -h 127.0.0.1"]'
  if (/mongo/.test(image)) return `test: ["CMD", "mongosh", "--quiet", "--eval", "db.adminCommand('ping')"]`
  if (/rabbitmq/.test(image)) return 'test: ["CMD", "rabbitmq-diagnostics", "-q", "ping"]'
  return null
}
