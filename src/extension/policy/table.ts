import { nearest } from '../../text/nearest.ts'
import { buildRules } from './build-rules.ts'
import { capabilityRules } from './capability-rules.ts'
import { imageRules } from './image-rules.ts'
import { limitRules } from './limit-rules.ts'
import { mountRules } from './mount-rules.ts'
import { namespaceRules } from './namespace-rules.ts'
import { optionRules } from './option-rules.ts'
import { publishingRules } from './publishing-rules.ts'
import { registryRules } from './registry-rules.ts'
import type { Rule } from './rule.ts'
import { fileRules, modelRules, networkRules, volumeRules } from './shared-rules.ts'

/** The policy: every row, by the part of the resolved model it looks at. */
export const policy = {
  model: modelRules,
  services: [
    ...namespaceRules,
    ...mountRules,
    ...capabilityRules,
    ...limitRules,
    ...optionRules,
    ...imageRules,
    ...buildRules,
    ...publishingRules,
    ...registryRules,
  ],
  networks: networkRules,
  volumes: volumeRules,
  configs: fileRules,
  secrets: fileRules,
} as const

/** A row without what it looks at. */
export type Row = Omit<Rule<never>, 'find' | 'rewrite' | 'isUsual'>

/** Every row once, in the table's order. */
export function rows(): Row[] {
  const all = Object.values(policy).flatMap((rules) => rules as readonly Row[])
  return [...new Map(all.map((row) => [row.name, row])).values()]
}

export function ruleNames(): string[] {
  return rows().map(({ name }) => name)
}

/** `host-ports` and `HOST_PORT` are `host_port` too: what is meant is plain. */
export function ruleNamed(word: string): Row | undefined {
  const name = word.trim().toLowerCase().replaceAll('-', '_')
  return rows().find((row) => row.name === name) ?? rows().find((row) => `${row.name}s` === name || row.name === `${name}s`)
}

/** What to do about a rule that there is not: the one that was probably meant, and where all are. */
export function unknownRuleFix(word: string): string {
  const meant = nearest(word.replaceAll('-', '_'), ruleNames())
  return `${meant === null ? '' : `Did you mean ${meant}? `}\`torii policy show\` lists them all.`
}
