import { DeployError } from '../../deploy/failure.ts'
import { cleanText } from '../../text/clean.ts'
import type { Dict, Model } from '../model.ts'
import { dict } from '../model-text.ts'
import { buildRules } from './build-rules.ts'
import { capabilityRules } from './capability-rules.ts'
import { mountRules } from './mount-rules.ts'
import { namespaceRules } from './namespace-rules.ts'
import { optionRules } from './option-rules.ts'
import { publishingRules } from './publishing-rules.ts'
import { registryRules } from './registry-rules.ts'
import type { Context, Finding, Rule } from './rule.ts'
import { fileRules, modelRules, networkRules, volumeRules } from './shared-rules.ts'

/** The policy: every row, by the part of the resolved model it looks at. */
export const policy = {
  model: modelRules,
  services: [...namespaceRules, ...mountRules, ...capabilityRules, ...optionRules, ...buildRules, ...publishingRules, ...registryRules],
  networks: networkRules,
  volumes: volumeRules,
  configs: fileRules,
  secrets: fileRules,
} as const

const sections = ['services', 'networks', 'volumes', 'configs', 'secrets'] as const

/** Everything in a model that a row has something to say about, in the table's order. */
export function findings(model: Model, context: Context): Finding[] {
  const whole = policy.model.flatMap((rule) => rule.find(model, context, '').map((found) => ({ rule, service: null, found })))
  return [...whole, ...sections.flatMap((section) => ofSection(section, model, context))]
}

/** Throws when a row refuses; answers what will be rewritten, as notices. */
export function enforce(model: Model, context: Context): string[] {
  const all = findings(model, context)
  const refused = all.filter(({ rule }) => rule.decision !== 'rewrite' || context.rewritten !== null)
  const [first, ...more] = refused.toSorted((a, b) => weight(a) - weight(b))
  if (first !== undefined) throw refusal(first, more)
  return grouped(all.filter(({ rule, found }) => context.isFirst || rule.isUsual?.(found) !== true))
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
  return rule.rewrite !== undefined && rule.find(part, context, name).length > 0 ? rule.rewrite(part, context, name) : part
}

function ofSection(section: (typeof sections)[number], model: Model, context: Context): Finding[] {
  const rules = policy[section] as readonly Rule<object>[]
  return Object.entries(model[section] ?? {}).flatMap(([name, part]) => {
    const service = section === 'services' ? name : null
    const prefix = section === 'services' ? '' : `${section}.${name}: `
    return rules.flatMap((rule) => rule.find((part ?? {}) as object, context, name).map((found) => ({ rule, service, found: `${prefix}${found}` })))
  })
}

/** What is forbidden is said first, then what an operator may allow, then what cannot work. */
function weight({ rule }: Finding): number {
  return ['deny', 'rewrite', 'ask', 'invalid'].indexOf(rule.decision)
}

function refusal(first: Finding, more: Finding[]): DeployError {
  const also = more.slice(0, 4).map((each) => `${each.service === null ? '' : `${each.service} `}${each.found}`)
  const rest = more.length > 4 ? ` and ${more.length - 4} more` : ''
  const asked = first.rule.decision === 'ask' ? '; it needs an operator’s consent, which this version cannot record' : ''
  const detail = `${first.found}: ${first.rule.reason}${asked}${also.length === 0 ? '' : `. Also: ${also.join('; ')}${rest}`}`
  const invalid = first.rule.decision === 'invalid'
  const named = invalid && first.service !== null ? `services.${first.service}.${detail}` : detail
  return new DeployError(invalid ? 'compose_invalid' : 'policy_denied', cleanText(named, { max: 800 }), {
    service: first.service ?? undefined,
    fix: first.rule.safer,
  })
}

/** One notice for each rule and part, naming all that was found. */
function grouped(all: Finding[]): string[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of all) {
    const key = `${finding.service}\n${finding.rule.name}`
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return [...groups.values()].map((group) => cleanText(said(group), { max: 600 }))
}

function said(group: Finding[]): string {
  const [first] = group
  const found = group
    .slice(0, 8)
    .map((each) => each.found)
    .join(', ')
  return `${first?.service ? `${first.service}: ` : ''}${found}: ${first?.rule.reason}.`
}
