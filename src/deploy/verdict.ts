import type { Asks } from './consent.ts'
import type { Reason } from './failure.ts'

/** What one look at one container, route or answer says. Judges return these; nobody returns a boolean. */
export type Verdict =
  | { is: 'passed' }
  | { is: 'skipped'; why: string }
  | { is: 'finished'; why: string }
  /** `unlessSoon`: what the deadline is called when this is still so; absent: the wait's own reason. */
  | { is: 'waiting'; on: string; unlessSoon?: Reason }
  | { is: 'failed'; why: Trouble }

/** Why something failed, before it becomes a stored Failure. */
export interface Trouble {
  reason: Reason
  /** The Compose service that is to blame, where one is. */
  service?: string | undefined
  /** What was seen, in one clause, cleaned of control characters: it ends in the sentence. */
  detail: string
  /** A better fix than the table's, where the facts allow one. */
  fix?: string | undefined
  /** What is wrong, in a clause, where somebody knows that better than the reason's own words. */
  headline?: string | undefined
  /** What an operator may say yes to; absent: that would not be enough. */
  asks?: Asks | undefined
}

export function passed(verdict: Verdict): boolean {
  return verdict.is === 'passed' || verdict.is === 'skipped' || verdict.is === 'finished'
}

export const waiting = (on: string, unlessSoon?: Reason): Verdict => ({ is: 'waiting', on, ...(unlessSoon && { unlessSoon }) })
export const failed = (reason: Reason, service: string, detail: string, fix?: string): Verdict => ({ is: 'failed', why: { reason, service, detail, fix } })

/** The clause that goes with a verdict. */
export function detailOf(verdict: Verdict): string {
  switch (verdict.is) {
    case 'passed':
      return ''
    case 'skipped':
    case 'finished':
      return verdict.why
    case 'waiting':
      return verdict.on
    case 'failed':
      return verdict.why.detail
  }
}
