import { isRefusal, orAllow, type PolicyReport } from '../deploy/consent.ts'
import { counted } from '../deploy/words.ts'
import { oneLine } from '../text/one-line.ts'
import { table } from './table.ts'

type Finding = PolicyReport['findings'][number]

/** A judged folder for people: what was found, and how it would end. */
export function policyText({ name, profile, file, findings, refused, unseen }: PolicyReport): string[] {
  const head = `${oneLine(name)} · judged by the ${profile} profile${file === null ? '' : ` and ${oneLine(file, 80)}`} · ${counted(findings.length, 'finding')}`
  if (findings.length === 0) return [head, 'The policy has nothing to say of it.', ...unlooked(unseen)]
  const rows = findings.map(({ service, found, rule, decision, strict, developer }) => [service ?? '', oneLine(found, 60), rule, decision, strict, developer])
  return [
    head,
    ...table(['SERVICE', 'FOUND', 'RULE', 'NOW', 'STRICT', 'DEVELOPER'], rows),
    refused ? 'A deploy would be refused.' : 'A deploy would not be refused.',
    ...unlooked(unseen),
    ...advice(findings),
  ]
}

/** What only their images would tell: whom they run as. */
function unlooked(services: string[]): string[] {
  const names = services.map((name) => oneLine(name, 80)).join(', ')
  return services.length === 0 ? [] : [`Not looked into, for the image is not here yet: ${names}; whether it runs as root (root_user) is judged when it is.`]
}

/** For each rule that refuses: what to do. */
function advice(findings: Finding[]): string[] {
  const refusing = findings.filter(({ decision }) => isRefusal(decision))
  const first = [...new Map(refusing.map((each) => [each.rule, each])).values()]
  return first.map(({ rule, reason, safer, decision }) => {
    const ask = decision === 'ask' ? ` ${orAllow([rule])}` : ''
    return `  ${rule}: ${reason}. ${safer}${ask}`
  })
}
