import type { Rule } from './rule.ts'
import { dockerfileRules } from './rules/dockerfile-rules.ts'
import { fileRules } from './rules/file-rules.ts'
import { formRules } from './rules/form-rules.ts'
import { lifeRules } from './rules/life-rules.ts'
import { listenRules } from './rules/listen-rules.ts'
import { meaningRules } from './rules/meaning-rules.ts'
import { policyRules } from './rules/policy-rules.ts'
import { presenceRules } from './rules/presence-rules.ts'
import { referenceRules } from './rules/reference-rules.ts'
import { routeRules } from './rules/route-rules.ts'
import { serviceRules } from './rules/service-rules.ts'
import { settingRules } from './rules/setting-rules.ts'
import { targetRules } from './rules/target-rules.ts'
import { timeRules } from './rules/time-rules.ts'
import { toolRules } from './rules/tool-rules.ts'
import { unknownRule } from './rules/unknown-rule.ts'

const others: Rule[] = [
  ...fileRules,
  ...serviceRules,
  ...referenceRules,
  ...settingRules,
  ...presenceRules,
  ...timeRules,
  ...formRules,
  ...toolRules,
  ...meaningRules,
  ...targetRules,
  ...routeRules,
  ...listenRules,
  ...policyRules,
  ...lifeRules,
  ...dockerfileRules,
]

/** The table: every rule, by its number. */
export const rules: readonly Rule[] = [...others, unknownRule(new Set(['T018', ...others.map(({ id }) => id)]))].toSorted((a, b) => (a.id < b.id ? -1 : 1))

/** What the numbers' first digit says. */
export const themes: Record<string, string> = {
  T0: 'The files',
  T1: 'Whether a health check is there, and its times',
  T2: 'What a health check runs',
  T3: 'Where the public address leads',
  T4: 'What a deployment refuses or leaves out',
  T5: 'Images, one-shots and updates',
  T6: 'Dockerfiles',
}

export function ruleOf(id: string): Rule | undefined {
  return rules.find((rule) => rule.id === id)
}
