import { CheckFailure } from './check-failure.ts'

export type Outcome = { is: 'passed' } | { is: 'degraded' } | { is: 'failed'; error: unknown }

/** What a check's answer means. Throws what the answer's own getters throw. */
export function judgeAnswer(answer: unknown): Outcome {
  if (answer === 'degraded') return { is: 'degraded' }
  if (answer === false) return { is: 'failed', error: new CheckFailure('the check answered false') }
  if (!isObject(answer) || !('ok' in answer)) return { is: 'passed' }
  letGo(answer)
  return answer['ok'] === false ? { is: 'failed', error: new CheckFailure(statusOf(answer)) } : { is: 'passed' }
}

function statusOf(answer: Record<string, unknown>): string {
  const { status } = answer
  return typeof status === 'number' ? `HTTP ${status}` : 'the answer is not ok'
}

/** A Response whose body nobody reads keeps its connection until it is collected (undici). */
function letGo({ body }: Record<string, unknown>): void {
  if (!isObject(body) || typeof body['cancel'] !== 'function') return
  const stream = body as unknown as ReadableStream
  // One that the check reads itself refuses: then it is in good hands.
  void Promise.resolve(stream.cancel()).catch(() => {})
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
