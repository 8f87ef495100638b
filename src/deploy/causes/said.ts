import { probedDirectly } from './asked.ts'
import { type Case, ending, finalLines, isOfCheck, isOfEnd } from './case.ts'
import { answerToCheck } from './check-heard.ts'

/** A line that tells what went wrong, and whether it alone proves that this is what the container failed for. */
export interface Said {
  line: string
  sure: boolean
}

/**
 * The line that these words stand in, of whatever the container said of its failure: what it printed last before it ended; what its failing
 * check said, or its health endpoint answered in place of a good answer; what it answered the probe. Elsewhere in its log they are doubtful.
 */
export function saidOf(seen: Case, words: RegExp): Said | null {
  const proof = proofs(seen).findLast((line) => words.test(line))
  if (proof !== undefined) return { line: proof, sure: true }
  const line = speaks(seen)
    ? ending(seen)
        .split('\n')
        .findLast((each) => words.test(each))
    : undefined
  return line === undefined ? null : { line, sure: false }
}

/** It ended badly, is called unhealthy, or is asked and answers badly or not at all. */
function speaks(seen: Case): boolean {
  const { reason } = seen.trouble
  return (isOfEnd(seen) && seen.seen?.exitCode !== 0) || isOfCheck(seen) || ['app_error', 'app_refused', 'probe_timeout', 'app_status'].includes(reason)
}

function proofs(seen: Case): string[] {
  if (isOfEnd(seen)) return seen.seen?.exitCode === 0 ? [] : finalLines(seen)
  if (isOfCheck(seen)) return [...seen.said.split('\n'), ...badBody(answerToCheck(seen))]
  if (seen.trouble.reason !== 'app_error') return []
  return [...probedDirectly(seen).flatMap(badBody), ...finalLines(withoutAccess(seen))]
}

/** The lines in which servers count their requests: whatever is asked in the meantime, the error before them is still the last. */
const access = /"(?:GET|HEAD|POST) \S{1,500} HTTP\/[\d.]{1,3}" \d{3}|^\s*(?:GET|HEAD) \/\S{0,200} \d{3}\b/

export function withoutAccess({ seen }: Pick<Case, 'seen'>): Pick<Case, 'seen'> {
  if (seen === null) return { seen }
  const lines = seen.logs.split('\n').filter((line) => !access.test(line))
  return { seen: { ...seen, logs: lines.join('\n') } }
}

/** What its health endpoint answered in place of a good answer, line by line. */
export function answeredBadly(seen: Case): string[] {
  return isOfCheck(seen) ? badBody(answerToCheck(seen)) : []
}

function badBody(answer: { status: number | null; body: string } | null): string[] {
  return answer?.status != null && answer.status >= 500 ? answer.body.replaceAll('\\"', '"').split(/\n|\\n/) : []
}

/** `a log line`, for a doubt. */
export function whetherItGoesOn(seen: Case): { tellsApart: string } {
  const { service, name } = seen
  const again = isOfEnd(seen) ? `that line is the last that ${service} says each time it ends` : `${service} prints that line again each time it is asked`
  return { tellsApart: `whether ${again}: \`torii logs ${name} ${service}\`` }
}
