import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../deploy/ports.ts'
import { type Answer, expected, unexpected } from './problem.ts'

export function answerProblem(reply: FastifyReply, { problem, headers }: Answer): FastifyReply {
  return reply.code(problem.status).headers(headers).type('application/problem+json').send(problem)
}

export type ErrorHandler = (error: Error, request: FastifyRequest, reply: FastifyReply) => FastifyReply

/** Also where nothing can be logged the caller is answered: thrown from here, Fastify would show them the log's own error. */
function logUnexpected(error: Error, { log }: FastifyRequest): void {
  try {
    log.error({ err: error }, 'a request failed unexpectedly')
  } catch {
    // There is nobody left to tell.
  }
}

/** The one place where what was thrown becomes an answer, and where what nobody expected is logged. */
export function createErrorHandler(clock: Clock): ErrorHandler {
  return (error, request, reply) => {
    const answer = expected(error, clock.now())
    if (answer === null && !reply.raw.destroyed) logUnexpected(error, request)
    const told = forCaller(answer ?? unexpected(request.id, clock.now()), request)
    request.about.reason = told.problem.reason
    return answerProblem(reply, told)
  }
}

/** Whoever may not say yes is told who may, and what to hand on. */
function forCaller(answer: Answer, { caller }: Pick<FastifyRequest, 'caller'>): Answer {
  const { asks } = answer.problem
  if (asks === undefined || caller === null || caller.scope === 'admin') return answer
  const rules = [...new Set(asks.asked.map(({ rule }) => rule))]
  const allow = rules.map((rule) => `\`--allow ${rule}\``).join(' ')
  const fix = `${asks.asked[0]?.safer ?? ''} Or ask the operator, for this token may not allow it: to deploy it with ${allow} under this name, or to allow ${rules.join(', ')} in the policy file.`
  return { ...answer, problem: { ...answer.problem, fix } }
}
