import type { Asks, Consent, Found } from '../deploy/consent.ts'
import { oneLine } from '../text/one-line.ts'
import { CliError } from './cli-error.ts'
import { say } from './output.ts'
import { isSomebodyThere, saysYes } from './yes-or-no.ts'

/** Asks the person at the terminal what a refusal asks, once; null: it asks nothing, there is nobody, or they say no. */
export async function consentTo(error: unknown, { json = false }: { json?: boolean }): Promise<Consent | null> {
  if (!(error instanceof CliError) || error.asks === null || json || !isSomebodyThere()) return null
  for (const line of question(error.asks)) say(line)
  say(bound)
  if (!(await saysYes('Allow this for exactly this model?'))) {
    say('Declined: nothing was allowed, and nothing is deployed.')
    return null
  }
  return consentOf(error.asks)
}

/** What a yes is bound to, and what not. */
const bound =
  'A yes is recorded, and any change of the resolved Compose file asks again; the contents of mounted files and Dockerfiles of a folder here, and what a tag means, are not part of it.'

export function consentOf({ model, asked }: Asks): Consent {
  return { model, rules: [...new Set(asked.map(({ rule }) => rule))] }
}

/** What, why and the safer way, a rule and service once. */
export function question({ asked }: Asks): string[] {
  const groups = Map.groupBy(asked, ({ rule, service }) => `${service}\n${rule}`)
  return ['This extension asks for what needs your consent:', ...[...groups.values()].flatMap(lines)]
}

function lines(group: Found[]): string[] {
  const [first] = group
  if (first === undefined) return []
  const who = first.service === null ? '' : `${oneLine(first.service, 80)}: `
  return [
    `  ${who}${group.map(({ found }) => oneLine(found, 120)).join(', ')}`,
    `    ${oneLine(first.reason, 200)} (${oneLine(first.rule, 60)})`,
    `    safer: ${oneLine(first.safer, 200)}`,
  ]
}
