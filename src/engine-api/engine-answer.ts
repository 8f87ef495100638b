import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'

/** The engine answered, with a status that is no success. Whoever knows better what that means says so. */
export class EngineAnswer extends DeployError {
  readonly status: number
  /** The engine's own. */
  readonly words: string

  constructor(status: number, words: string, cause: unknown) {
    super('engine_error', `${status}, ${cleanText(words, { max: 600 })}`, { cause })
    this.name = 'EngineAnswer'
    this.status = status
    this.words = words
  }
}

export function answered(error: unknown, ...statuses: number[]): boolean {
  return error instanceof EngineAnswer && statuses.includes(error.status)
}

export function wordsOf(error: unknown): string {
  if (error instanceof EngineAnswer) return error.words
  return error instanceof Error ? error.message : String(error)
}

/** What docker-modem threw: an answer has a statusCode, its words in a wrapper; without one nothing answered at all. */
export function engineTrouble(error: unknown): DeployError {
  if (error instanceof DeployError) return error
  const { statusCode } = error as { statusCode?: unknown }
  const words = wordsOf(error)
  if (typeof statusCode !== 'number') return new DeployError('engine_unreachable', words, { cause: error })
  return new EngineAnswer(statusCode, words.replace(/^\(HTTP code \d+\) .*? - /, '').trim(), error)
}
