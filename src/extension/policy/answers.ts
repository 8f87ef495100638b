import { type Answers, isRefusal, type Stance } from '../../deploy/consent.ts'
import { DeployError } from '../../deploy/failure.ts'
import { oneLine } from '../../text/one-line.ts'
import { decisionOf, mayBeAllowed, standing } from './decide.ts'
import type { Finding } from './rule.ts'
import { rows, ruleNamed, unknownRuleFix } from './table.ts'

/** Rules that only the images may break, which are not here yet. */
const ofImages = new Set(['root_user'])

/** What was allowed, of what the model asks. */
export interface Answered {
  stance: Stance
  /** Rules whose question was answered with yes: to be recorded for this model. */
  consented: string[]
  notices: string[]
}

/**
 * What the caller allows and has allowed, as far as it may. A yes that was given to another model counts for nothing. Throws policy_denied
 * for a rule that there is not, and for one that nobody can allow.
 */
export function answered(before: Stance, found: Finding[], model: string, answers: Answers): Answered {
  const { consent, recorded } = answers
  const allow = named(answers)
  const said = [...allow, ...(consent?.model === model ? consent.rules : [])]
  const known = new Map(recorded.filter((each) => each.model === model).flatMap(({ rules, at }) => rules.map((rule) => [rule, at] as const)))
  const broken = new Map(found.map(({ rule }) => [rule.name, rule]))
  const granted = [...broken.values()].filter((rule) => {
    if (!mayBeAllowed(rule, before)) return false
    // Only what was asked is remembered: the rest is named for one deploy.
    return said.includes(rule.name) || (standing(rule, before) === 'ask' && known.has(rule.name))
  })
  const later = rows()
    .filter((row) => ofImages.has(row.name) && allow.includes(row.name) && mayBeAllowed(row, before))
    .map(({ name }) => name)
  const earlier = granted.flatMap(({ name }) => (said.includes(name) ? [] : [[name, known.get(name) ?? ''] as const]))
  return {
    stance: {
      ...before,
      allowed: [...new Set([...granted.map(({ name }) => name), ...later])].toSorted(),
      ...(earlier.length === 0 ? {} : { consented: Object.fromEntries(earlier) }),
    },
    consented: granted
      .filter((rule) => standing(rule, before) === 'ask')
      .map(({ name }) => name)
      .toSorted(),
    notices: unneeded(allow, found, before),
  }
}

/** Rules that the caller names to be allowed, as the table spells them. Throws as `answered` does. */
export function named({ allow = [] }: Pick<Answers, 'allow'>): string[] {
  return allow.map(allowable)
}

function allowable(name: string): string {
  const rule = ruleNamed(name)
  if (rule === undefined) throw unknownRule(name)
  const never = rule.never ?? (rule.decision === 'invalid' ? 'it cannot work' : undefined)
  if (never !== undefined) throw new DeployError('policy_denied', `nobody can allow ${rule.name}: ${never}`, { fix: `Leave it out of --allow. ${rule.safer}` })
  return rule.name
}

function unknownRule(name: string): DeployError {
  const said = oneLine(name, 80)
  return new DeployError('policy_denied', `the policy has no rule "${said}" that could be allowed`, { fix: unknownRuleFix(said) })
}

function unneeded(allow: string[], found: Finding[], stance: Stance): string[] {
  const needed = new Set(found.filter(({ rule }) => standing(rule, stance) !== 'allow').map(({ rule }) => rule.name))
  return [...new Set(allow)].filter((name) => !needed.has(name) && !ofImages.has(name)).map((name) => `${name} was allowed, and nothing here needs it.`)
}

/** What an operator would have to say yes to; empty where that would not be enough. */
export function askedOf(found: Finding[], stance: Stance): Finding[] {
  const refused = found.filter(({ rule }) => isRefusal(decisionOf(rule, stance)))
  return refused.every(({ rule }) => decisionOf(rule, stance) === 'ask' && mayBeAllowed(rule, stance)) ? refused : []
}
