import { realClock } from '../clock.ts'
import { ConfigError } from '../config.ts'
import { DeployError, failureOf, rowOf } from '../deploy/failure.ts'
import { oneLine } from '../text/one-line.ts'
import { CliError, usageError } from './cli-error.ts'

/** Anything thrown, as what a person or a program is told; only what nobody expected tells its own words. */
export function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof ConfigError) return usageError(error.message, error.fix ?? 'Correct or unset that variable.')
  if (error instanceof DeployError) return ofDeployError(error)
  const words = oneLine(error instanceof Error ? error.message : String(error), 300)
  return new CliError(`Torii made a mistake of its own: ${words}`, { reason: 'internal', exit: 1, fix: 'TORII_LOG=debug shows where.', cause: error })
}

function ofDeployError(error: DeployError): CliError {
  const { reason, service, sentence, fix } = failureOf(error.trouble, realClock.now())
  return new CliError(sentence, { reason, exit: rowOf(reason).exit, service, fix, cause: error })
}
