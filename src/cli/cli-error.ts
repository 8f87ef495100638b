import type { Asks } from '../deploy/consent.ts'
import type { Reason } from '../deploy/failure.ts'

/** What a command ends with when it cannot do what it was asked: one sentence, one way out, one exit code (design §5.2). */
export class CliError extends Error {
  readonly reason: Reason | 'usage' | 'server_unreachable' | 'unauthorized' | 'not_allowed'
  readonly exit: number
  /** The Compose service that is to blame, where one is. */
  readonly service: string | null
  /** '' where there is nothing to advise. */
  readonly fix: string
  /** What --json prints instead of the problem itself. */
  readonly document: object | null
  /** What an operator may say yes to; null: nothing is asked. */
  readonly asks: Asks | null

  constructor(
    sentence: string,
    options: {
      reason: CliError['reason']
      exit: number
      service?: string | null | undefined
      fix?: string | undefined
      document?: object | null | undefined
      asks?: Asks | null | undefined
      cause?: unknown
    },
  ) {
    super(sentence, { cause: options.cause })
    this.name = 'CliError'
    this.reason = options.reason
    this.exit = options.exit
    this.service = options.service ?? null
    this.fix = options.fix ?? ''
    this.document = options.document ?? null
    this.asks = options.asks ?? null
  }
}

/** The call itself is wrong. */
export function usageError(sentence: string, fix = ''): CliError {
  return new CliError(sentence, { reason: 'usage', exit: 2, fix })
}

/** Something of this machine is missing or not as it should be. */
export function hostError(sentence: string, fix: string, reason: 'engine_unreachable' | 'proxy_unreachable' = 'engine_unreachable'): CliError {
  return new CliError(sentence, { reason, exit: 7, fix })
}

/** The control plane cannot be started, asked or ended. */
export function serverError(sentence: string, fix: string, cause?: unknown): CliError {
  return new CliError(sentence, { reason: 'server_unreachable', exit: 7, fix, cause })
}

/** Nobody listens where the control plane should, or it went away. */
export function serverGone(address: string, cause?: unknown): CliError {
  return new CliError(`The control plane does not answer on ${address}.`, {
    reason: 'server_unreachable',
    exit: 7,
    fix: '`torii up` starts it.',
    cause,
  })
}
