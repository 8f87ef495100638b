import { cleanText } from '../../text/clean.ts'
import type { Cause } from '../failure.ts'
import type { Trouble } from '../verdict.ts'
import type { Case } from './case.ts'
import type { Found, Rule } from './rule.ts'
import { causeRules } from './rules.ts'

/** More than these are no help. */
const most = 3
const longest = { clause: 500, fix: 900, line: 400 }

export interface Diagnosis {
  /** The trouble with the cause in its words and its fix; its reason stays. */
  trouble: Trouble
  causes: Cause[]
}

type Hit = Found & { id: string }

/**
 * What made it fail, by the frozen evidence alone: one that leaves no doubt, else those that fit, the likeliest first. A rule that throws
 * finds nothing, and `broken` is told: a mistake in one of them must not keep a revision from its end.
 */
export function findCauses(seen: Case, rules: Rule[] = causeRules, broken: (id: string, error: unknown) => void = () => {}): Diagnosis {
  const found = rules.filter(({ last }) => !last).flatMap((rule) => hitsOf(rule, seen, broken))
  const hits = found.length > 0 ? found : rules.filter(({ last }) => last).flatMap((rule) => hitsOf(rule, seen, broken))
  const sure = hits.find((hit) => hit.sure && !hit.symptom) ?? hits.find((hit) => hit.sure)
  const why = sure?.symptom ? hits.find((hit) => hit.deeper && !hit.sure) : undefined
  if (sure && why) return { trouble: explained(seen.trouble, sure, why), causes: [causeOf({ ...why, evidence: [...why.evidence, ...sure.evidence] }, true)] }
  const chosen = sure ? [sure] : hits.slice(0, most)
  return { trouble: told(seen.trouble, chosen), causes: chosen.map((hit) => causeOf(hit, chosen.length > 1)) }
}

/** What is certain, and behind it what most likely made it so. */
function explained(trouble: Trouble, symptom: Hit, why: Hit): Trouble {
  const because = `, most likely because ${clean(why.clause, longest.clause)}`
  const fix = clean([withStop(why.fix), `If that is not it: ${symptom.fix}`].join(' '), longest.fix * 2)
  if (symptom.quiet) return { ...trouble, detail: `${trouble.detail}${because}`, fix }
  return { ...told(trouble, [{ ...symptom, clause: `${symptom.clause}${because}` }]), fix }
}

function hitsOf({ id, find }: Rule, seen: Case, broken: (id: string, error: unknown) => void): Hit[] {
  try {
    const found = find(seen)
    return found === null ? [] : [{ ...found, id }]
  } catch (error) {
    broken(id, error)
    return []
  }
}

function told(trouble: Trouble, hits: Hit[]): Trouble {
  const [first, ...others] = hits
  if (first === undefined) return trouble
  if (first.short !== undefined) return told({ ...trouble, detail: clean(first.short, longest.fix) }, [withoutShort(first), ...others])
  const { headline } = first
  if (others.length === 0) return { ...trouble, headline, detail: joined(trouble.detail, first), fix: clean(first.fix, longest.fix) }
  const clauses = hits.map(({ clause }) => clean(clause, longest.clause))
  const fixes = others.filter((other, at) => !saysTwice(other, [first, ...others.slice(0, at)])).map(({ fix }) => `If that is not it: ${fix}`)
  return {
    ...trouble,
    detail: joined(trouble.detail, { ...first, clause: clauses.join('; or '), quiet: false }),
    fix: clean([withStop(first.fix), ...fixes.map(withStop)].join(' '), longest.fix * 2),
  }
}

function withoutShort({ short: _, ...hit }: Hit): Hit {
  return hit
}

/** A start period with two values for the same service helps nobody: the first stands. */
function saysTwice({ fix }: Hit, before: Hit[]): boolean {
  return fix.includes('`start_period:') && before.some((each) => each.fix.includes('`start_period:'))
}

function joined(detail: string, { clause, after, sure, quiet, plain }: Hit): string {
  if (quiet) return detail
  const told = `${sure || plain || isSeen.test(clause) ? '' : 'most likely '}${clean(clause, longest.clause * most)}`
  if (after === true) return `${detail}, ${told}`
  return `${told}${detail === '' ? '' : ` (${detail})`}`
}

/** What follows is something that was seen beside it, no guess. */
const isSeen = /^(while|and|which|as its log)\b/

function causeOf({ id, clause, fix, evidence, tellsApart }: Hit, several: boolean): Cause {
  return {
    id,
    sentence: withStop(capital(clean(clause, longest.clause))),
    fix: withStop(clean(fix, longest.fix)),
    evidence: evidence.map((line) => clean(line, longest.line)).filter((line) => line !== ''),
    tellsApart: several || tellsApart ? clean(tellsApart ?? '', longest.line) || null : null,
  }
}

/** A service's name keeps its case. */
function capital(clause: string): string {
  return /^(the|this|what|routes|while|as|and|because|for|a) /.test(clause) ? `${clause[0]?.toUpperCase()}${clause.slice(1)}` : clause
}

function withStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function clean(text: string, max: number): string {
  return cleanText(text, { max }).replace(/\s+/g, ' ').trim()
}
