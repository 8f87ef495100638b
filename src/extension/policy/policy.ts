import { type Decision, isRefusal, type Stance } from '../../deploy/consent.ts'
import { listed } from '../../deploy/words.ts'
import { cleanText } from '../../text/clean.ts'
import type { Dict, Model } from '../model.ts'
import { dict } from '../model-text.ts'
import { decisionOf, ownDecision, standing } from './decide.ts'
import { rootByImage } from './image-rules.ts'
import { refusal } from './refusal.ts'
import type { Context, Finding, Rule } from './rule.ts'
import { policy } from './table.ts'

const sections = ['services', 'networks', 'volumes', 'configs', 'secrets'] as const

/** What in a model a row would refuse or leave out, as things stand; in the table's order. */
export function findings(model: Model, context: Context): Finding[] {
  return everything(model, context).filter(({ rule }) => !['allow', 'warn'].includes(decisionOf(rule, context.stance)))
}

/** Everything in a model that a row has something to say about, allowed or not. */
export function everything(model: Model, context: Context): Finding[] {
  const whole = policy.model.flatMap((rule) => rule.find(model, context, '').map((found) => ({ rule, service: null, found })))
  return [...whole, ...sections.flatMap((section) => ofSection(section, model, context))]
}

/** Throws when a row refuses; answers what will be rewritten, and what is worth knowing, as notices. */
export function enforce(model: Model, context: Context): string[] {
  const all = everything(model, context).map((finding) => ({ ...finding, decision: decided(finding, context) }))
  const refused = all.filter(({ decision }) => isRefusal(decision))
  if (refused.length > 0) throw refusal(refused, model, context)
  return grouped(
    all.filter((each) => isNews(each, context)),
    context.stance,
  )
}

/** Of the model that Torii made only what the images told: the rest was said of the file. */
function isNews({ rule, found }: Finding, { isFirst, rewritten: made }: Context): boolean {
  return made === null ? isFirst || rule.isUsual?.(found) !== true : found === rootByImage
}

/** In a model that Torii made nothing is left to rewrite: what is found there all the same is refused. */
function decided({ rule }: Finding, { stance, rewritten: made }: Context): Decision {
  const decision = decisionOf(rule, stance)
  return decision === 'rewrite' && made !== null ? 'deny' : decision
}

/** The model without what rows of the decision `rewrite` leave out. */
export function rewritten(model: Model, context: Context): Model {
  const present = sections.filter((section) => model[section] !== undefined && model[section] !== null)
  return { ...model, ...Object.fromEntries(present.map((section) => [section, cleaned(section, model, context)])) }
}

function cleaned(section: (typeof sections)[number], model: Model, context: Context): Dict<object> {
  const rules = policy[section] as readonly Rule<object>[]
  const clean = (name: string, part: object | null) => rules.reduce((each, rule) => applied(rule, each, context, name), part ?? {})
  return dict(Object.entries(model[section] ?? {}).map(([name, part]) => [name, clean(name, part)]))
}

function applied(rule: Rule<object>, part: object, context: Context, name: string): object {
  if (rule.rewrite === undefined || decisionOf(rule, context.stance) !== 'rewrite') return part
  return rule.find(part, context, name).length > 0 ? rule.rewrite(part, context, name) : part
}

function ofSection(section: (typeof sections)[number], model: Model, context: Context): Finding[] {
  const rules = policy[section] as readonly Rule<object>[]
  return Object.entries(model[section] ?? {}).flatMap(([name, part]) => {
    const service = section === 'services' ? name : null
    const prefix = section === 'services' ? '' : `${section}.${name}: `
    return rules.flatMap((rule) => rule.find((part ?? {}) as object, context, name).map((found) => ({ rule, service, found: `${prefix}${found}` })))
  })
}

/** One notice for each rule and what was found, naming all services of which it is so. */
function grouped(all: (Finding & { decision: Decision })[], stance: Stance): string[] {
  const parts = [...Map.groupBy(all, ({ service, rule }) => `${service}\n${rule.name}`).values()]
  const alike = Map.groupBy(parts, (group) => `${group[0]?.rule.name}\n${listOf(group)}`)
  return [...alike.values()].flatMap((groups) => {
    const [[first] = []] = groups
    const words = first === undefined ? null : wordsOf(first, stance)
    if (first === undefined || words === null) return []
    const services = groups.flatMap(([each]) => each?.service ?? [])
    return [cleanText(`${services.length === 0 ? '' : `${someOf(services)}: `}${listOf(groups[0] ?? [])}: ${words}`, { max: 600 })]
  })
}

function listOf(group: Finding[]): string {
  return group
    .slice(0, 8)
    .map(({ found }) => found)
    .join(', ')
}

function someOf(services: string[]): string {
  return listed(services.length > 8 ? [...services.slice(0, 8), `${services.length - 8} more`] : services)
}

function byWhat(rule: string, { consented = {} }: Stance): string {
  const at = Object.hasOwn(consented, rule) ? consented[rule] : undefined
  return at === undefined ? 'for this deploy' : `by a consent of ${at.slice(0, 10)}`
}

/** null: nothing has to be said of it. */
function wordsOf({ rule, decision }: Finding & { decision: Decision }, stance: Stance): string | null {
  if (decision !== 'allow') return `${rule.reason}.`
  if (stance.allowed.includes(rule.name))
    return standing(rule, stance) === 'allow' ? null : `allowed ${byWhat(rule.name, stance)} (${rule.name}), although ${rule.reason}.`
  const strict = ownDecision(rule, 'strict')
  if (stance.rules[rule.name] === 'allow' || !isRefusal(strict)) return null
  return `allowed here, though the strict profile ${strict === 'ask' ? 'asks an operator first' : 'denies it'} (${rule.name}): ${rule.reason}.`
}
