/**
 * A failure in words fit for everybody: they are shown as they are. Thrown here for no answer in time, `false`, and answers that are not
 * ok; a check may throw one to say its own: `throw new CheckFailure('9000 jobs are waiting')`.
 */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure'
}

export function noAnswerWithin(ms: number): CheckFailure {
  return new CheckFailure(`no answer within ${duration(ms)}`)
}

export function noAnswerFor(ms: number): CheckFailure {
  return new CheckFailure(`no answer for ${duration(ms)}`)
}

function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`
}
