import { type Decision, type Found, orAllow } from '../../deploy/consent.ts'
import { DeployError } from '../../deploy/failure.ts'
import { cleanText } from '../../text/clean.ts'
import type { Model } from '../model.ts'
import { askedOf } from './answers.ts'
import { hashOf } from './model-hash.ts'
import type { Context, Finding } from './rule.ts'

type Decided = Finding & { decision: Decision }

/** The refusal of what was found: what, why, the safer way, and what an operator can say yes to. */
export function refusal(refused: Decided[], model: Model, context: Context): DeployError {
  const [first, ...more] = refused.toSorted((a, b) => weight(a) - weight(b))
  if (first === undefined) throw new Error('nothing is refused')
  const asked = askedOf(refused, context.stance)
  const invalid = first.decision === 'invalid'
  const named = invalid && first.service !== null ? `services.${first.service}.` : ''
  const detail = `${named}${first.found}: ${first.rule.reason}${needs(first)}${also(more)}`
  return new DeployError(invalid ? 'compose_invalid' : 'policy_denied', cleanText(detail, { max: 800 }), {
    service: first.service ?? undefined,
    fix: fixOf(first, asked),
    // Only the resolved model has a hash that a consent can be bound to.
    ...(asked.length === 0 || context.rewritten !== null ? {} : { asks: { model: hashOf(model, context), asked: asked.map(foundOf) } }),
  })
}

export function foundOf({ rule, service, found }: Finding): Found {
  return { rule: rule.name, service, found: cleanText(found, { max: 300 }), reason: rule.reason, safer: rule.safer }
}

/** What is forbidden is said first, then what an operator may allow, then what cannot work. */
function weight({ decision }: Decided): number {
  return ['deny', 'ask', 'invalid'].indexOf(decision)
}

function needs({ decision }: Decided): string {
  return decision === 'ask' ? '; it needs an operator’s consent' : ''
}

function also(more: Decided[]): string {
  if (more.length === 0) return ''
  const named = more.slice(0, 4).map(({ service, found }) => `${service === null ? '' : `${service} `}${found}`)
  return `. Also: ${named.join('; ')}${more.length > 4 ? ` and ${more.length - 4} more` : ''}`
}

function fixOf({ rule }: Decided, asked: Finding[]): string {
  const rules = [...new Set(asked.map((each) => each.rule.name))]
  if (rules.length === 0) return rule.safer
  return `${rule.safer} ${orAllow(rules)}`
}
