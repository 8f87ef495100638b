import { failures, type Reason } from '../deploy/failure.ts'
import { oneLine } from '../text/one-line.ts'
import { asksOf } from './asks.ts'
import { CliError } from './cli-error.ts'
import type { Endpoint } from './endpoint.ts'
import { inOwnWords } from './own-words.ts'
import { unanswered } from './unanswered.ts'

/** The exit code of a token that is not accepted, and of one that does not go so far. */
const notAllowed = 7

/** RFC 9457 problem details with our reason, as far as anything in it can be relied upon. */
interface Problem {
  title?: unknown
  detail?: unknown
  reason?: unknown
  sentence?: unknown
  fix?: unknown
  service?: unknown
  document?: unknown
  asks?: unknown
}

/** An answer that is no success, as what the command ends with. */
export function problemOf(status: number, body: string, endpoint: Pick<Endpoint, 'address' | 'remote'>): CliError {
  if (status === 401) return notAccepted(endpoint)
  const problem = parsed(body)
  const reason = reasonOf(problem)
  if (reason === null && status === 503) return unanswered(endpoint, null)
  const sentence = [problem.sentence, problem.detail, problem.title].find((text) => typeof text === 'string' && text !== '') as string | undefined
  return new CliError(inOwnWords(oneLine(sentence ?? `The control plane answered HTTP ${status}.`, 1000)), {
    reason: reason ?? reasonByStatus(status),
    exit: reason === null ? exitByStatus(status) : failures[reason].exit,
    service: typeof problem.service === 'string' ? oneLine(problem.service) : null,
    fix: typeof problem.fix === 'string' ? oneLine(problem.fix, 600) : '',
    asks: asksOf(problem.asks),
    document: typeof problem.document === 'object' ? problem.document : null,
  })
}

function notAccepted({ address, remote }: Pick<Endpoint, 'address' | 'remote'>): CliError {
  if (remote)
    return new CliError(`The control plane on ${address} does not accept this token.`, {
      reason: 'unauthorized',
      exit: notAllowed,
      fix: 'It may have expired or been revoked: ask whoever administers that control plane for another (`torii token create` there).',
    })
  return new CliError(`The control plane on ${address} does not accept this state folder's token.`, {
    reason: 'server_unreachable',
    exit: 7,
    fix: 'Set TORII_HOME to the state folder of that server, or TORII_API_PORT to another port, and try again.',
  })
}

function parsed(body: string): Problem {
  try {
    return Object(JSON.parse(body)) as Problem
  } catch {
    return {}
  }
}

function reasonOf({ reason }: Problem): Reason | null {
  return typeof reason === 'string' && Object.hasOwn(failures, reason) ? (reason as Reason) : null
}

function reasonByStatus(status: number): CliError['reason'] {
  if (status === 403) return 'not_allowed'
  if (status === 404) return 'not_found'
  return status >= 400 && status < 500 ? 'usage' : 'internal'
}

function exitByStatus(status: number): number {
  if (status === 403) return notAllowed
  if (status === 404 || status === 409) return 8
  return status >= 400 && status < 500 ? 2 : 1
}
