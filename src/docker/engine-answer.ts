import { DeployError } from '../deploy/failure.ts'

/** The engine answered, with a status that is no success; docker-modem's shape. */
export interface EngineAnswer extends Error {
  statusCode: number
  json?: { message?: unknown } | null
}

export function isEngineAnswer(error: unknown): error is EngineAnswer {
  return error instanceof Error && typeof (error as Partial<EngineAnswer>).statusCode === 'number'
}

export function answered(error: unknown, ...statuses: number[]): boolean {
  return isEngineAnswer(error) && statuses.includes(error.statusCode)
}

/** The engine's own words, without what docker-modem wraps around them. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const message = isEngineAnswer(error) ? error.json?.message : undefined
  return typeof message === 'string' ? message : error.message.replace(/^\(HTTP code \d+\) .*? - /, '').trim()
}

/** Nothing answered at all. */
export function unreachable(error: unknown): DeployError {
  return error instanceof DeployError ? error : new DeployError('engine_unreachable', wordsOf(error), { cause: error })
}
