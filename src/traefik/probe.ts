import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import type { Config } from '../config.ts'
import type { Clock, Proxy as ProxyPort } from '../deploy/ports.ts'
import type { ProbeAttempt } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'
import { type Look, look, round } from './look.ts'
import { networkTrouble } from './network-words.ts'
import { candidateHeader } from './route-file.ts'
import { type Answer, type Judged, whoAnswered } from './who-answered.ts'

type Target = Parameters<ProxyPort['probe']>[0]
type ProbeConfig = Pick<Config, 'bind' | 'publicHost'> & { probe: Pick<Config['probe'], 'insecure'> }

/**
 * One HTTPS GET through the proxy, at its own address whatever the public host resolves to. No answer in time is `none`: who of proxy
 * and app is slow cannot be told, but `phases` say how far it came (no tcp: nothing listens at the proxy; no tls: the proxy hangs, or
 * its certificate is refused; no firstByte: the app hangs). Rejects only when `signal` aborts, with its reason.
 */
export async function probe(
  target: Target,
  { config, ca, clock }: { config: ProbeConfig; ca: string; clock: Clock },
  signal: AbortSignal,
): Promise<ProbeAttempt> {
  const at = new Date(clock.now()).toISOString()
  const start = clock.monotonic()
  const timer = new AbortController()
  void clock.sleep(target.timeoutMs, AbortSignal.any([signal, timer.signal])).then(
    () => timer.abort(tooLate),
    () => {},
  )
  const seen = await look(optionsOf(target, config, ca), clock, AbortSignal.any([signal, timer.signal]))
  const judged = judge(seen, timer.signal.aborted ? target.timeoutMs : null)
  timer.abort()
  signal.throwIfAborted()
  return { at, ms: round(clock.monotonic() - start), phases: seen.phases, ...judged }
}

const tooLate = new Error('too late')

/** Where the proxy listens, as an address to connect to. */
export function connectAddress(bind: string): string {
  if (bind === '0.0.0.0') return '127.0.0.1'
  return bind === '::' ? '::1' : bind
}

function optionsOf({ url, candidate }: Target, config: ProbeConfig, ca: string) {
  const { host, port, pathname, search } = new URL(url)
  return {
    host: connectAddress(config.bind),
    port: port || 443,
    path: `${pathname}${search}`,
    headers: { host, accept: '*/*', 'user-agent': 'torii-probe', ...(candidate === null ? {} : { [candidateHeader]: candidate }) },
    // An IP has no SNI (Node: DEP0123).
    servername: isIP(config.publicHost) ? '' : config.publicHost,
    checkServerIdentity: (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) => checkServerIdentity(config.publicHost, certificate),
    ca,
    rejectUnauthorized: !config.probe.insecure,
  }
}

function judge({ seen }: Look, lateAfter: number | null): Judged & { status: number | null; location?: string } {
  if (seen.is === 'answer') return { ...whoAnswered(seen.answer), status: seen.answer.status, ...locationOf(seen.answer) }
  const nothing = { mark: null, status: null }
  if (lateAfter !== null) return { ...nothing, hop: 'none', failed: 'timeout', detail: `no answer within ${round(lateAfter / 1000)} s` }
  // Something answered, but nothing of it could be read: the proxy sends only what it could read itself.
  const trouble = networkTrouble(seen.error)
  return { ...nothing, hop: trouble.failed === 'no_http' ? 'app' : 'none', ...trouble }
}

function locationOf({ status, headers }: Answer): { location?: string } {
  if (status < 300 || status >= 400 || headers.location === undefined) return {}
  return { location: cleanText(headers.location, { max: 500 }) }
}
