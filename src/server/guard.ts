import type { IncomingHttpHeaders } from 'node:http'
import { covers } from '../deploy/access.ts'
import type { Clock } from '../deploy/ports.ts'
import { type Budget, createBudget } from './budget.ts'
import type { Caller } from './caller.ts'
import type { Demands } from './demands.ts'
import { networkOf } from './network-of.ts'
import { createOwnHost } from './own-host.ts'
import type { Parts } from './parts.ts'
import { Refusal, type RefusalName } from './refusal.ts'
import type { BadToken, TokenBook } from './token-book.ts'

/** What the guard looks at. */
export interface Visitor {
  headers: IncomingHttpHeaders
  /** IP address of the connection; what a header says of it counts for nothing. */
  address: string
  /** undefined: there is no such route. Nobody without a token learns which there are. */
  demands: Demands | undefined
}

/** Wrong tokens of one address that are told so within `within` ms, and logged; more of them are too many. */
const attempts = 20
/** Of all addresses together as many have a line in the log. */
const logged = 200
const within = 60_000

const refusalOf: Record<BadToken, RefusalName> = { unknown: 'unauthorized', expired: 'token_expired', revoked: 'token_revoked' }

interface Needs extends Pick<Parts, 'port' | 'hosts'> {
  book: Pick<TokenBook, 'callerOf'>
  clock: Pick<Clock, 'monotonic'>
  log: { warn(facts: object, message: string): void }
}

/**
 * Answers who it is, null where nobody needs to be anybody; throws a Refusal for whoever may not come in. Programs send no Origin; a page
 * of another site that makes a browser call us does.
 */
export function createGuard({ book, clock, log, port, hosts }: Needs): (visitor: Visitor) => Caller | null {
  const isOurs = createOwnHost(port, hosts)
  const failures = createBudget({ clock, within })
  const lines = createBudget({ clock, within })
  return ({ headers, address, demands }) => {
    if (demands?.scope === 'any host') return null
    if (!isOurs(headers.host)) throw new Refusal('foreign_host')
    if (headers.origin !== undefined && !isOurs(/^https?:\/\/(.+)$/.exec(headers.origin)?.[1])) throw new Refusal('foreign_origin')
    if (demands?.scope === 'open') return null
    if (headers.authorization === undefined) throw new Refusal('unauthorized')
    const caller = book.callerOf(bearer(headers.authorization))
    // The right token is let in however many wrong ones came before it: nobody can lock out others of the same address.
    if (typeof caller === 'string') throw wrongToken(refusalOf[caller], address, { failures, lines, log })
    return caller
  }
}

/** Throws a Refusal where the caller's token does not go so far. */
export function refuseScope({ scope, name }: Caller, demands: Demands | undefined): void {
  if (demands === undefined || demands.scope === 'open' || demands.scope === 'any host' || covers(scope, demands.scope)) return
  throw new Refusal('scope_missing', { sentence: `This needs a token with the scope ${demands.scope}; the token ${name} has ${scope}.` })
}

function bearer(authorization: string): string {
  return /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
}

/** 256 bits cannot be guessed: the limit is for the log and the audit trail. */
function wrongToken(name: RefusalName, address: string, { failures, lines, log }: { failures: Budget; lines: Budget } & Pick<Needs, 'log'>): Refusal {
  const network = networkOf(address)
  const count = failures.count(network)
  if (count <= attempts) tell({ address, reason: name, count }, lines.count(''), log)
  if (count <= attempts) return new Refusal(name)
  const seconds = Math.max(1, Math.ceil(failures.untilNext(network) / 1000))
  return new Refusal('too_many_attempts', { headers: { 'retry-after': String(seconds) } })
}

/** `line`: the how manyth of all addresses. */
function tell(facts: { address: string; reason: string; count: number }, line: number, log: Needs['log']): void {
  if (line > logged) return
  log.warn(facts, 'a token was refused')
  if (line === logged) log.warn({}, 'further tokens are refused without a line of their own for a while')
  else if (facts.count === attempts)
    log.warn({ address: facts.address }, 'further tokens from this address are refused without a line of their own for a while')
}
