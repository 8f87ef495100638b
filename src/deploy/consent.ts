/** How strictly a file is judged: `developer` for a folder named on this machine, `strict` for other people's. */
export type Profile = 'strict' | 'developer'

export const profiles: readonly Profile[] = ['strict', 'developer']

/** What a row of the policy does with what it finds. `warn` allows and says so; `invalid` is no danger but cannot work. */
export type Decision = 'allow' | 'warn' | 'rewrite' | 'ask' | 'deny' | 'invalid'

/** Whether a deploy ends with it. */
export function isRefusal(decision: Decision): boolean {
  return decision === 'deny' || decision === 'ask' || decision === 'invalid'
}

/** The sentence of a fix that says how an operator lets through what these rules ask. */
export function orAllow(rules: string[]): string {
  return `Or allow it as the operator: ${rules.map((rule) => `\`--allow ${rule}\``).join(' ')}.`
}

/** What an operator's file may say of a row. */
export type Overrule = Extract<Decision, 'allow' | 'ask' | 'deny'>

/** What a revision is judged by. Kept with it: what goes on with it or starts it again asks nobody anew. */
export interface Stance {
  profile: Profile
  /** The operator's file, by rule. */
  rules: Record<string, Overrule>
  /** Runtimes that the operator's file lists. */
  runtimes: string[]
  /** Rules that may be broken: named for this deploy, or consented to for just this model. */
  allowed: string[]
  /** Of them those that rest on an earlier consent: when it was given (ISO 8601), by rule. Absent: none. */
  consented?: Record<string, string>
}

/** An operator's yes to what these rules ask, for one model and no other. */
export interface Consent {
  /** sha256 of the resolved model, without what changes from one try to the next. */
  model: string
  rules: string[]
}

/** A consent on record. */
export interface Recorded extends Consent {
  /** When it was given (ISO 8601). */
  at: string
}

/** What a caller says yes to: rules by name, or the answer to what was asked. `recorded`: what was answered before. */
export interface Answers {
  allow?: string[] | undefined
  consent?: Consent | undefined
  recorded: Recorded[]
}

/** One thing that the policy has found. */
export interface Found {
  rule: string
  /** null: not a service's. */
  service: string | null
  found: string
  /** Why, as a clause. */
  reason: string
  /** What to do instead, as a sentence. */
  safer: string
}

/** What a refusal asks an operator for: the answer is a Consent with this `model` and these rules. */
export interface Asks {
  model: string
  asked: Found[]
}

/** What the policy says of an extension, whether it would be refused or not. */
export interface PolicyReport {
  name: string
  /** The one in force for it. */
  profile: Profile
  /** Name of the operator's file over the profile; null: there is none. */
  file: string | null
  model: string
  /** Whether a deploy would be refused as things are. */
  refused: boolean
  /** Services whose image is not here, so that nobody has looked into it. */
  unseen: string[]
  findings: (Found & { decision: Decision; strict: Decision; developer: Decision })[]
}
