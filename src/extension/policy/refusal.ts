import { type Decision, type Found, orAllow, type Stance } from '../../deploy/consent.ts'
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
  const detail = `${named}${first.found}: ${first.rule.reason}${also(first, more)}`
  return new DeployError(invalid ? 'compose_invalid' : 'policy_denied', cleanText(detail, { max: 1000 }), {
    service: first.service ?? undefined,
    ...(first.decision === 'ask' ? { headline: 'asks for what needs an operator’s consent' } : {}),
    fix: fixOf(first, asked, context),
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

/** What else was found, with the reason of each rule once. */
function also(first: Decided, more: Decided[]): string {
  if (more.length === 0) return ''
  const shown = more.slice(0, 4)
  const isNew = ({ rule }: Decided, at: number) => [first, ...shown.slice(0, at)].every((before) => before.rule.name !== rule.name)
  const named = shown.map((each, at) => {
    const { service, found, rule } = each
    return `${service === null ? '' : `${service} `}${found}${isNew(each, at) ? ` (${rule.reason})` : ''}`
  })
  return `. Also: ${named.join('; ')}${more.length > 4 ? ` and ${more.length - 4} more` : ''}`
}

function fixOf({ rule }: Decided, asked: Finding[], { stance, named = [] }: Context): string {
  if (named.includes(rule.name)) return `${rule.safer} ${withoutEffect(rule, stance)}`
  const rules = [...new Set(asked.map((each) => each.rule.name))]
  if (rules.length === 0) return rule.safer
  return `${rule.safer} ${orAllow(rules)}`
}

/** Named to be allowed, and refused all the same: by what is denied. */
function withoutEffect({ name }: Decided['rule'], { profile, rules }: Stance): string {
  if (Object.hasOwn(rules, name)) return `\`--allow ${name}\` has no effect: the operator’s own file (TORII_POLICY) denies it, so change it there.`
  return `\`--allow ${name}\` has no effect on what the ${profile} profile denies: \`rules: {${name}: allow}\` in the file that TORII_POLICY names has.`
}
