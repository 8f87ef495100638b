import { readConfig } from '../config.ts'
import { isRefusal, type PolicyReport, type Profile } from '../deploy/consent.ts'
import { rowOf } from '../deploy/failure.ts'
import { nearest } from '../text/nearest.ts'
import { oneLine } from '../text/one-line.ts'
import type { Asked } from './api.ts'
import { askedOf } from './asked-of.ts'
import { usageError } from './cli-error.ts'
import { context } from './context.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson, printText } from './output.ts'
import { printPage } from './pages.ts'
import { policyText } from './policy-text.ts'
import type { RequestOptions } from './request-of.ts'
import { table } from './table.ts'

/** `torii policy show`: every rule, with what this environment's TORII_POLICY makes of it. */
export async function show({ profile, json }: { profile?: Profile; json?: boolean }): Promise<void> {
  const [{ rows }, { ownDecision, standing }, { readOperatorPolicy, stanceFor }] = await rooms()
  const operator = readOperatorPolicy(readConfig().policy)
  const stance = { ...stanceFor(operator, false), ...(profile === undefined ? {} : { profile }) }
  const rules = rows().map((row) => ({
    ...{ rule: row.name, decision: standing(row, stance), reason: row.reason, safer: row.safer },
    ...{ strict: ownDecision(row, 'strict'), developer: ownDecision(row, 'developer'), never: row.never ?? null, seen: row.seen ?? null },
  }))
  if (json) return printJson({ profile: stance.profile, overruled: operator.rules, runtimes: operator.runtimes, rules })
  const overruled = Object.keys(operator.rules).length
  printText([
    `The ${stance.profile} profile${overruled === 0 ? '' : `, with ${overruled} of the operator’s own (*)`}; \`torii policy explain RULE\` says more.`,
    ...table(
      ['RULE', 'DECISION', 'BECAUSE'],
      rules.map(({ rule, decision, reason }) => [rule, `${decision}${Object.hasOwn(operator.rules, rule) ? ' *' : ''}`, reason]),
    ),
  ])
}

export interface CheckOptions extends RequestOptions {
  as?: Profile
}

/** `torii policy check DIR`: every finding with what each profile decides; ends as a refused deploy would where it would be refused. */
export async function check(path: string, options: CheckOptions): Promise<number> {
  const here = context(options)
  const signal = interruptSignal()
  const ask = (request: Asked) => here.api.judge(request, signal)
  const report = judgedAs(await askedOf(path, options, here, signal, { bringImages: false, once: true, ask }), options.as)
  if (options.json) printJson(report)
  else printText(policyText(report))
  return report.refused ? rowOf('policy_denied').exit : 0
}

/** In the other profile only what is allowed always is allowed. */
function judgedAs(report: PolicyReport, profile: Profile | undefined): PolicyReport {
  if (profile === undefined || profile === report.profile) return report
  const findings = report.findings.map((each) => ({ ...each, decision: each[profile] }))
  return { ...report, profile, findings, refused: findings.some(({ decision }) => isRefusal(decision)) }
}

/** `torii policy explain RULE`. */
export async function explain(word: string, { json }: { json?: boolean }): Promise<void> {
  const [{ ruleNamed, ruleNames }] = await rooms()
  const { howToAllow, pageOf } = await import('../extension/policy/page.ts')
  const row = ruleNamed(word)
  if (row === undefined) {
    const meant = nearest(word, ruleNames())
    throw usageError(`The policy has no rule ${oneLine(word, 80)}.`, `${meant === null ? '' : `Did you mean ${meant}? `}\`torii policy show\` lists them all.`)
  }
  if (!json) return printPage(pageOf(row))
  const { name: rule, decision, reason, safer, never = null, seen = null } = row
  const both = typeof decision === 'string' ? { strict: decision, developer: decision } : decision
  printJson({ rule, ...both, reason, safer, never, seen, allow: howToAllow(row) })
}

function rooms() {
  return Promise.all([import('../extension/policy/table.ts'), import('../extension/policy/decide.ts'), import('../extension/policy/operator-file.ts')])
}
