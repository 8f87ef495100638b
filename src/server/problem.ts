import { STATUS_CODES } from 'node:http'
import { DeployError, failureOf, rowOf, troubleOf } from '../deploy/failure.ts'
import type { Trouble } from '../deploy/verdict.ts'
import type { Problem } from './contract.ts'
import { Refusal, type RefusalName } from './refusal.ts'
import { type Violated, violationSentence } from './violation.ts'

export interface Answer {
  problem: Problem
  headers: Record<string, string>
}

/** Fastify's own refusals (5.12.8). */
const frameworkRefusals: Record<string, RefusalName> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'json_invalid',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request_invalid',
  FST_ERR_BAD_URL: 'address_invalid',
  FST_ERR_MAX_PARAM_LENGTH: 'address_too_long',
}

/** Anything thrown, as what the caller is told; null: nobody expected it. */
export function expected(error: unknown, nowMs: number): Answer | null {
  const trouble = troubleOf(error)
  if (error instanceof DeployError || trouble.reason !== 'internal') return ofTrouble(trouble, nowMs)
  const refusal = error instanceof Refusal ? error : ofFramework(error)
  return refusal && ofRefusal(refusal)
}

/** An unexpected error tells nothing of itself: `request` finds it in the log. */
export function unexpected(request: string, nowMs: number): Answer {
  const { problem, headers } = ofTrouble({ reason: 'internal', detail: '' }, nowMs)
  return { problem: { ...problem, detail: `It is logged as request ${request}.` }, headers }
}

export function ofRefusal({ row: { status, reason, sentence, fix, headers = {} } }: Refusal): Answer {
  return { problem: { type: 'about:blank', title: titleOf(status), status, reason, sentence, fix }, headers }
}

export function ofTrouble(trouble: Trouble, nowMs: number, status: number = rowOf(trouble.reason).http): Answer {
  const { reason, service, sentence, fix } = failureOf(trouble, nowMs)
  return {
    problem: {
      type: 'about:blank',
      title: titleOf(status),
      status,
      reason,
      ...(service !== null && { service }),
      sentence,
      fix,
      ...(trouble.asks && { asks: trouble.asks }),
    },
    headers: {},
  }
}

/** Errors of others carry a `statusCode` too (the engine's, for one): only Fastify's own count. */
function ofFramework(error: unknown): Refusal | null {
  const { code, validation, validationContext } = Object(error) as { code?: string } & Partial<Violated>
  if (validation) return new Refusal('request_invalid', { sentence: violationSentence({ validation, validationContext }) })
  const name = typeof code === 'string' && Object.hasOwn(frameworkRefusals, code) ? frameworkRefusals[code] : undefined
  return name === undefined ? null : new Refusal(name)
}

function titleOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error'
}
