import { oneLine } from '../../text/one-line.ts'
import type { Socket } from '../evidence-parts.ts'
import { failingCheck } from '../failing-check.ts'
import type { Check, PlannedService } from '../plan.ts'
import type { StoredAttempt } from '../ports.ts'
import type { CheckAttempt, ContainerEvidence, Evidence, ProbeAttempt, Revision, RouteKind } from '../record.ts'
import type { Trouble } from '../verdict.ts'
import { isFarewell, lastLineOf } from '../words.ts'
import { type CheckTarget, targetOf } from './check-target.ts'

/** Characters: of each text only so many are read; those that Torii keeps are shorter. */
const longest = 20_000

/** Everything a rule may look at: one failure, and what was frozen of it. */
export interface Case {
  trouble: Trouble
  /** Of the deployment, for commands to type. */
  name: string
  /** Who is blamed; '' where nobody is. */
  service: string
  planned: PlannedService | null
  check: Check | null
  /** Whom its check asks. */
  target: CheckTarget | null
  seen: ContainerEvidence | null
  /** Kept attempts of its health check, oldest first. */
  attempts: CheckAttempt[]
  /** The last answer of each route. */
  answers: { route: RouteKind; url: string; last: ProbeAttempt }[]
  /** What it printed: the beginning, then the end. */
  log: string
  /** What the last failed check said. */
  said: string
  /** The program that the check lacks, where that is beyond doubt. */
  lacks: string | null
  /** null: they could not be seen. */
  sockets: Socket[] | null
  revision: Pick<Revision, 'plan' | 'source' | 'deployment'> & Partial<Pick<Revision, 'begun' | 'model' | 'resolved'>>
  evidence: Evidence
}

export function caseOf(revision: Case['revision'], trouble: Trouble, evidence: Evidence, attempts: StoredAttempt[]): Case {
  const service = trouble.service ?? ''
  const planned = revision.plan?.services.find(({ name }) => name === service) ?? null
  const mine = evidence.containers.filter((each) => each.service === service)
  const blamed = mine.find(({ verdict }) => verdict === 'failed') ?? mine[0] ?? null
  const seen = blamed && readable(blamed)
  const check = planned?.check ?? null
  const checks = attempts.find(({ of }) => of.is === 'check' && of.service === service && of.replica === (seen?.replica ?? 1))
  const kept = (checks?.kept ?? []) as CheckAttempt[]
  const failing =
    trouble.reason === 'health_tool_missing' || trouble.reason === 'container_unhealthy' || trouble.reason === 'health_timeout'
      ? failingCheck(check, { failingStreak: 1, log: kept.slice(-1) })
      : null
  return {
    ...{ trouble, name: revision.source.name, service, planned, check, seen, attempts: kept, revision, evidence },
    target: targetOf(check, seen?.facts?.settings),
    answers: answersIn(attempts),
    log: [seen?.logHead ?? '', seen?.logs ?? ''].join('\n'),
    said: kept.findLast(({ exit }) => exit !== 0)?.output.slice(0, longest) ?? '',
    lacks: failing?.reason === 'health_tool_missing' ? failing.program : null,
    sockets: seen?.sockets ?? null,
  }
}

function readable(seen: ContainerEvidence): ContainerEvidence {
  return { ...seen, error: seen.error.slice(0, longest), logs: seen.logs.slice(-longest), logHead: seen.logHead?.slice(0, longest) ?? '' }
}

function answersIn(attempts: StoredAttempt[]): Case['answers'] {
  return attempts.flatMap(({ of, kept }) => {
    const last = kept.at(-1) as ProbeAttempt | undefined
    return of.is === 'probe' && last ? [{ route: of.route, url: of.url, last }] : []
  })
}

/** It listens on this port, for this caller. */
export function listensOn(sockets: Socket[] | null, port: number): Socket[] {
  return (sockets ?? []).filter((socket) => socket.port === port)
}

export function isLoopback({ address }: Socket): boolean {
  return address.startsWith('127.') || address === '::1'
}

/** The words of many clients for a port that nobody listens on. */
export function isRefused(text: string): boolean {
  return /connection refused|ECONNREFUSED|Errno 111|could ?n[o']t connect to (server|host)|failed to connect|can't connect to remote host|connect failed|actively refused/i.test(
    text,
  )
}

/** It asks the health check of a container for its reason. */
export function isOfCheck({ trouble }: Case): boolean {
  return ['container_unhealthy', 'health_timeout', 'health_tool_missing', 'health_check_hangs'].includes(trouble.reason)
}

/** It ended although it should not have. */
export function isOfEnd({ trouble }: Case): boolean {
  return ['container_exited', 'crash_loop', 'dependency_failed', 'start_failed', 'wrong_architecture', 'out_of_memory'].includes(trouble.reason)
}

/** Ports that others can reach, each once. */
export function openPorts(sockets: Socket[] | null): number[] {
  return [...new Set((sockets ?? []).filter((socket) => !isLoopback(socket)).map(({ port }) => port))].sort((a, b) => a - b)
}

/** The one port that others can reach beside the routed one, for a line to write; N: nobody knows which. */
export function otherPort({ sockets, revision }: Case): number | 'N' {
  const others = openPorts(sockets).filter((port) => port !== revision.plan?.route?.port)
  return others.length === 1 && others[0] !== undefined ? others[0] : 'N'
}

export function ports(list: number[]): string {
  return list.length === 1 ? `port ${list[0]}` : `ports ${list.slice(0, 5).join(', ')}`
}

export function socketLines({ sockets }: Case): string[] {
  if (sockets === null) return ['what it listens on cannot be seen from here']
  const listed = sockets.slice(0, 8).map(({ address, port }) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`))
  return [listed.length === 0 ? 'nothing listens in the container' : `it listens on: ${listed.join(', ')}`]
}

export function lastLogLine({ seen }: Case): string[] {
  const last = lastLineOf(seen?.logs ?? '')
  return last === '' ? [] : [`the last it printed: ${oneLine(last)}`]
}

/** The last lines it printed: what ended it most likely stands there. */
export function ending({ seen }: Pick<Case, 'seen'>): string {
  return linesOf(seen).slice(-15).join('\n')
}

/** What Node.js, npm and tracebacks print around the line that says what it was: frames and lists, which are set in, and farewells. */
const around = /^[\s})\]]|^- |^npm (ERR!|error)/

/** By its own words it was none of the end. */
const wentOn =
  /\b(?:optional|ignor(?:ed|ing)|continu(?:ed|es|ing)|going on|skipp(?:ed|ing)|fall(?:ing)? back|falls back|using (?:the )?default|previous run|recovered|retrying)\b/i

/** It says itself that it is an error. */
const isError = /^\s*(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b(?:: | \[|$)|\b(?:FATAL|PANIC|CRITICAL)\b|^(?:fatal|panic|Error|ERROR)\b[:\s[]/

/**
 * The last three lines that say something, from the last error on: what a program prints there just before it ends, it ends for. Elsewhere
 * it went on, as some lines say themselves; and one that a signal ended did not end for what it printed.
 */
export function finalLines({ seen }: Pick<Case, 'seen'>): string[] {
  if (wasKilled(seen)) return []
  const last = linesOf(seen)
    .filter((line) => !around.test(line) && !isFarewell(line))
    .slice(-3)
  const error = last.findLastIndex((line) => isError.test(line) && !wentOn.test(line))
  return last.slice(Math.max(0, error)).filter((line) => !wentOn.test(line))
}

/** By a signal from elsewhere: 128 and its number. An abort (134) is the program's own. */
function wasKilled(seen: ContainerEvidence | null): boolean {
  const exit = seen?.exitCode ?? 0
  return exit > 128 && exit <= 128 + 64 && exit !== 134
}

function linesOf(seen: ContainerEvidence | null): string[] {
  return (seen?.logs ?? '').split('\n').filter((line) => line.trim() !== '')
}

/** What the engine itself says of it: no program of the extension could have written that. */
export function engineWords({ seen, trouble }: Pick<Case, 'seen' | 'trouble'>): string {
  const told = ['start_failed', 'wrong_architecture', 'disk_full', 'engine_error'].includes(trouble.reason)
  return [seen?.error ?? '', told ? trouble.detail : ''].join('\n')
}

/** Its last word is that it still starts: what it does not do yet it may do in a moment. */
export function stillStarts({ seen }: Pick<Case, 'seen'>): boolean {
  const last = linesOf(seen).at(-1) ?? ''
  return /\b(starting|loading|initiali[sz]ing|migrating|warming|compiling|building|importing|downloading|waiting for|preparing)\b/i.test(last)
}
