import type { Decision, Profile, Stance } from '../../deploy/consent.ts'
import type { Rule } from './rule.ts'

type Row = Pick<Rule<never>, 'name' | 'decision' | 'never'>

/** What a row itself decides in a profile. */
export function ownDecision({ decision }: Row, profile: Profile): Decision {
  return typeof decision === 'string' ? decision : decision[profile]
}

/** The operator's file over the profile, and what was allowed over both. */
export function decisionOf(row: Row, stance: Stance): Decision {
  return stance.allowed.includes(row.name) ? 'allow' : standing(row, stance)
}

/** Without what is allowed for one deploy. */
export function standing(row: Row, { profile, rules }: Pick<Stance, 'profile' | 'rules'>): Decision {
  const own = ownDecision(row, profile)
  const theirs = Object.hasOwn(rules, row.name) ? rules[row.name] : undefined
  return own === 'invalid' ? own : (theirs ?? own)
}

/**
 * Whether a caller's word is enough. What is asked, or rewritten, may be allowed in both profiles; what is denied only by somebody on this
 * machine, and not against the operator's own file.
 */
export function mayBeAllowed(row: Row, stance: Pick<Stance, 'profile' | 'rules'>): boolean {
  if (row.never !== undefined || ownDecision(row, stance.profile) === 'invalid') return false
  const decided = standing(row, stance)
  return decided !== 'deny' || (stance.profile === 'developer' && stance.rules[row.name] !== 'deny')
}
