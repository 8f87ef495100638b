import type { Failure } from '../deploy/failure.ts'
import type { Evidence } from '../deploy/record.ts'
import type { ContainerView, DeploymentView, ProbeView, RevisionView } from '../deploy/view.ts'
import { counted } from '../deploy/words.ts'
import { cleanText } from '../text/clean.ts'
import { oneLine } from '../text/one-line.ts'
import { duration } from './amounts.ts'
import { checkText } from './check-text.ts'
import { containerName } from './container-name.ts'
import { probeText } from './event-text.ts'
import { redirectLines } from './redirect-lines.ts'

const logLines = 10

/** What is said when a revision has settled: the result, and for a failure what was seen and what to change. */
export function settledReport(view: RevisionView, evidence: Evidence | null): string[] {
  const name = `${oneLine(view.deployment.name ?? '')} · revision ${view.revision}`
  if (!view.failure) return [`${name} is ${view.state} after ${duration(tookOf(view))}.`, ...redirectLines(view)]
  const { sentence, service, fix } = view.failure
  return [
    `${name} is FAILED: ${oneLine(sentence, 1500)}`,
    ...workedLine(view.failure),
    ...seen(view, evidence, service),
    ...apart(view.failure),
    `  fix: ${oneLine(fix, 2000)}`,
  ]
}

/** Whether people are served although the update failed. */
export function servesNow({ open, live, wanted, kind }: DeploymentView): string {
  if (wanted === 'stopped') return '  Nothing serves: it is stopped, as before.'
  if (open !== null) return `  Revision ${open} ${kind === 'app' ? 'serves' : 'runs'} as before.`
  return live === null ? '  Nothing serves: no revision has been DEPLOYED.' : `  Nothing serves now: revision ${live} does not answer yet.`
}

/** What worked narrows down where to look. */
export function workedLine({ passed = [] }: Failure): string[] {
  return passed.length === 0 ? [] : [`  what worked: ${oneLine(passed.join(', '), 400)}`]
}

/** Where several causes fit: what would tell them apart. */
function apart({ causes = [] }: Failure): string[] {
  if (causes.length < 2) return []
  return causes.flatMap(({ sentence, tellsApart }, at) => [
    `  ${at === 0 ? 'most likely' : 'or'}: ${oneLine(sentence, 500)}`,
    ...(tellsApart === null ? [] : [`    told apart by ${oneLine(tellsApart, 300)}`]),
  ])
}

function tookOf({ timeline }: RevisionView): number {
  return Date.parse(timeline.at(-1)?.at ?? '') - Date.parse(timeline[0]?.at ?? '') || 0
}

/** The last words of whoever is to blame; without a culprit, of every container that did not pass. */
function seen(view: RevisionView, evidence: Evidence | null, service: string | null): string[] {
  const blamed = ({ service: name, verdict }: { service: string; verdict: string }) =>
    service === null ? verdict === 'failed' || verdict === 'waiting' : name === service
  return [
    ...view.containers.filter(blamed).flatMap(lastCheck),
    ...view.probe.flatMap(lastAnswer),
    ...(evidence?.containers ?? []).filter(blamed).flatMap((container) => lastLog(container, logLines, evidence)),
  ]
}

/** 137: a check that was killed with its container says nothing. */
function lastCheck({ service, attempts, attemptsTotal }: ContainerView): string[] {
  const last = attempts.at(-1)?.exit === 137 ? attempts.findLast(({ exit }) => exit !== 137) : attempts.at(-1)
  return last ? [`  last health probe of ${oneLine(service)} (${attemptsTotal} in all): ${checkText(last)}`] : []
}

function lastAnswer({ url, verdict, attempts, attemptsTotal }: ProbeView): string[] {
  const last = attempts.at(-1)
  return last && verdict !== 'passed' ? [`  last answer of ${oneLine(url)} (${counted(attemptsTotal, 'probe')}): ${probeText(last)}`] : []
}

export function lastLog(container: Evidence['containers'][number], most: number, evidence: Evidence | null): string[] {
  const lines = cleanText(container.logs)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-most)
  const name = containerName(container)
  // A busy machine may not have had them in time: that is not silence.
  const unread = evidence?.missing?.some((each) => each.startsWith(`last lines of ${container.service}/${container.replica}:`))
  if (lines.length === 0) return [unread ? `  What ${name} printed could not be read in time.` : `  ${name} printed nothing.`]
  return [`  last lines of ${name}:`, ...lines.map((line) => `    ${cleanText(line, { max: 500 })}`)]
}
