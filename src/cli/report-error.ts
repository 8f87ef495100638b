import { environmentValue } from '../config.ts'
import { asCliError } from './as-cli-error.ts'
import { printJson, say } from './output.ts'

/** Says why a command ended: a sentence and a way out for people, one document for programs. Answers the exit code. */
export function reportError(error: unknown, json: boolean): number {
  const { message, reason, fix, exit, document } = asCliError(error)
  say(`torii: ${message}`)
  if (fix !== '') say(`  fix: ${fix}`)
  if (environmentValue('TORII_LOG') === 'debug') say(stackOf(error))
  if (json) printJson(document ?? { failure: { reason, sentence: message, fix } })
  return exit
}

function stackOf(error: unknown): string {
  return error instanceof Error ? `${error.stack}${error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`}` : String(error)
}
