import { request } from 'node:http'
import { connect } from 'node:tls'
import type { DirectAnswer } from '../deploy/evidence-parts.ts'
import type { Clock } from '../deploy/ports.ts'
import { secondsOf } from '../deploy/words.ts'
import { cleanText } from '../text/clean.ts'
import { look, round, type Seen } from './look.ts'
import { networkTrouble } from './network-words.ts'

const longestBody = 300

/** One plain HTTP GET of a container's address. The proxy is on the host's network, so what is reached from here it reaches too. */
export async function askDirectly(url: string, { timeoutMs, clock }: { timeoutMs: number; clock: Clock }, signal: AbortSignal): Promise<DirectAnswer> {
  const { hostname, port, pathname, search } = new URL(url)
  const over = new AbortController()
  const start = clock.monotonic()
  void clock.sleep(timeoutMs, AbortSignal.any([signal, over.signal])).then(
    () => over.abort(tooLate),
    () => {},
  )
  const options = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || 80,
    path: `${pathname}${search}`,
    headers: { 'user-agent': 'torii-evidence', accept: '*/*' },
  }
  const either = AbortSignal.any([signal, over.signal])
  const { seen } = await look(options, clock, either, request as Parameters<typeof look>[3])
  const late = over.signal.aborted
  const answer = judged(seen, late ? timeoutMs : null)
  const tls = mayBeTls(answer) && (await takesHandshake(options, either))
  over.abort()
  return { url, ms: round(clock.monotonic() - start), ...answer, ...(tls && { tls }) }
}

/** A server of TLS closes on plain HTTP, sends an alert, which is no HTTP, or says 400 in plain words (nginx, Go). */
function mayBeTls({ status, failed }: Pick<DirectAnswer, 'status' | 'failed'>): boolean {
  return failed === 'closed' || failed === 'no_http' || status === 400
}

/** One handshake within what is left of the time; whose certificate it is does not matter. */
function takesHandshake({ host, port }: { host: string; port: string | number }, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  if (signal.aborted) return Promise.resolve(false)
  const socket = connect({ host, port: Number(port), rejectUnauthorized: false })
  const over = (is: boolean) => {
    signal.removeEventListener('abort', late)
    socket.destroy()
    resolve(is)
  }
  const late = () => over(false)
  signal.addEventListener('abort', late)
  socket.once('secureConnect', () => over(true))
  socket.on('error', () => over(false))
  socket.once('close', () => over(false))
  return promise
}

const tooLate = new Error('too late')

function judged(seen: Seen, late: number | null): Omit<DirectAnswer, 'url' | 'ms'> {
  if (seen.is === 'answer') {
    const { status, headers, body, cut } = seen.answer
    const location = headers.location === undefined ? null : cleanText(headers.location, { max: 300 })
    // Late is only this look, which has less time than a probe.
    const brokeOff = cut === 'broke_off'
    const detail = brokeOff ? 'the answer broke off' : ''
    return {
      status,
      failed: brokeOff ? 'broke_off' : null,
      detail,
      location,
      body: cleanText(Buffer.from(body, 'latin1').toString('utf8'), { max: longestBody }),
    }
  }
  const trouble = late === null ? networkTrouble(seen.error) : { failed: 'timeout' as const, detail: `no answer within ${secondsOf(late)}` }
  return { status: null, location: null, body: '', ...trouble }
}
