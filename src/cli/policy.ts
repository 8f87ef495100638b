import { isRefusal, type PolicyReport, type Profile } from '../deploy/consent.ts'
import { rowOf } from '../deploy/failure.ts'
import { oneLine } from '../text/one-line.ts'
import type { Asked } from './api.ts'
import { askedOf } from './asked-of.ts'
import { usageError } from './cli-error.ts'
import { context, localContext } from './context.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson, printText } from './output.ts'
import { printPage } from './pages.ts'
import { policyText } from './policy-text.ts'
import type { RequestOptions } from './request-of.ts'
import { table } from './table.ts'

/** `torii policy show`: every rule, with what the control plane's TORII_POLICY makes of it, or this environment's where none runs. */
export async function show({ profile, json }: { profile?: Profile; json?: boolean }): Promise<void> {
  const [{ rows }, { ownDecision, standing }] = await rooms()
  const { operator, stance: inForce, runs } = await policyInForce()
  const stance = { ...inForce, ...(profile === undefined ? {} : { profile }) }
  const rules = rows().map((row) => ({
    ...{ rule: row.name, decision: standing(row, stance), reason: row.reason, safer: row.safer },
    ...{ strict: ownDecision(row, 'strict'), developer: ownDecision(row, 'developer'), never: row.never ?? null, seen: row.seen ?? null },
  }))
  if (json)
    return printJson({ profile: stance.profile, file: operator.file ?? null, running: runs, overruled: operator.rules, runtimes: operator.runtimes, rules })
  const overruled = Object.keys(operator.rules).length
  const own = overruled === 0 ? '' : `, with ${overruled} of the operator’s own (*)`
  const whose = runs ? 'as the control plane runs with it' : 'as TORII_POLICY says here; no control plane answers'
  printText([
    `The ${stance.profile} profile${own}${operator.file === undefined ? '' : `, by ${oneLine(operator.file, 200)}`}, ${whose}; \`torii policy explain RULE\` says more.`,
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
  const [{ ruleNamed, unknownRuleFix }] = await rooms()
  const { howToAllow, nowOf, pageOf } = await import('../extension/policy/page.ts')
  const row = ruleNamed(word)
  if (row === undefined) {
    throw usageError(`The policy has no rule ${oneLine(word, 80)}.`, unknownRuleFix(word))
  }
  const { operator, stance } = await policyInForce()
  const now = { stance, by: operator.file === undefined ? 'TORII_POLICY' : oneLine(operator.file, 200) }
  if (!json) return printPage(pageOf(row, now))
  const { name: rule, decision, reason, safer, never = null, seen = null } = row
  const both = typeof decision === 'string' ? { strict: decision, developer: decision } : decision
  printJson({ rule, ...both, reason, safer, never, seen, now: nowOf(row, now), allow: howToAllow(row, now) })
}

/** What this machine's control plane judges by, as it was started; where none answers, what one would that is started from here. */
async function policyInForce() {
  const { config, api } = localContext()
  const [, , { readOperatorPolicy, stanceFor }] = await rooms()
  const running = await api.system().then(
    ({ settings }) => (Object(settings) as { TORII_POLICY?: unknown }).TORII_POLICY,
    () => undefined,
  )
  const runs = typeof running === 'string'
  const operator = readOperatorPolicy(runs ? running || null : config.policy)
  return { operator, stance: stanceFor(operator, false), runs }
}

function rooms() {
  return Promise.all([import('../extension/policy/table.ts'), import('../extension/policy/decide.ts'), import('../extension/policy/operator-file.ts')])
}
