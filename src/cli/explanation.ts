import { type Evidence, projectOf } from '../deploy/record.ts'
import type { ContainerView, DeploymentView, ProbeView, RevisionView } from '../deploy/view.ts'
import { counted } from '../deploy/words.ts'
import { oneLine } from '../text/one-line.ts'
import { duration } from './amounts.ts'
import { containerName } from './container-name.ts'
import { probeText } from './event-text.ts'
import { aroundLines, causeLines, insideLines } from './explained-parts.ts'
import { checkText, lastLog, workedLine } from './report.ts'
import { clockTime } from './table.ts'

const attemptsShown = 5
const logLines = 20

/** Everything that was seen of one revision, for a person; `wanted`: of its deployment, now. */
export function explanation(view: RevisionView, evidence: Evidence | null, wanted: DeploymentView['wanted'] = 'running'): string[] {
  const who = `${oneLine(view.deployment.name ?? '')} · revision ${view.revision} · ${view.deployment.kind} · ${view.state}`
  const failure = view.failure
    ? [oneLine(view.failure.sentence, 1500), `fix: ${oneLine(view.failure.fix, 2000)}`, `reason: ${view.failure.reason}`, ...workedLine(view.failure)]
    : []
  return [
    who,
    ...(view.live && wanted === 'stopped' ? ['It is stopped now: what follows was seen when it settled.'] : []),
    ...failure,
    ...section('causes', (view.failure?.causes ?? []).flatMap(causeLines)),
    ...section('containers', containerLines(view, evidence)),
    ...section('health probes', view.containers.flatMap(checks)),
    ...section('answers through the proxy', view.probe.flatMap(answers)),
    ...(evidence === null
      ? []
      : [...section('what runs and listens', evidence.containers.flatMap(insideLines)), ...section('around it', aroundLines(evidence))]),
    ...section(
      'last log lines',
      // Of what has passed nothing was read.
      view.failure === null ? [] : (evidence?.containers ?? []).flatMap((container) => lastLog(container, logLines, evidence)),
    ),
  ]
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function containerLines(view: RevisionView, evidence: Evidence | null): string[] {
  const frozen = evidence?.containers ?? []
  return view.containers.map((container) => {
    const seen = frozen.find((each) => each.service === container.service && each.replica === container.replica)
    return `${containerLine(container, seen)}${engineName(view, container)}`
  })
}

/** What `docker exec` and `docker inspect` take. */
function engineName({ deployment, revision }: RevisionView, { service, replica }: ContainerView): string {
  if (deployment.id === null || revision === null) return ''
  return `  (${oneLine(`${projectOf({ deployment: deployment.id, revision })}-${service}-${replica}`)})`
}

function containerLine(container: ContainerView, frozen: Evidence['containers'][number] | undefined): string {
  const facts = frozen ? factsOf(frozen) : []
  const { verdict, detail } = container
  return `  ${containerName(container)}: ${[detail === '' ? verdict : `${verdict} (${oneLine(detail, 300)})`, ...facts].join(', ')}`
}

function factsOf({ state, exitCode, oomKilled, restartCount, health, error }: Evidence['containers'][number]): string[] {
  return [
    oneLine(state),
    exitCode === null || state === 'running' ? '' : `exit code ${exitCode}`,
    oomKilled ? 'killed for want of memory' : '',
    restartCount > 0 ? `restarted ${counted(restartCount, 'time')}` : '',
    health === null ? '' : oneLine(health),
    error === '' ? '' : oneLine(error, 300),
  ].filter((fact) => fact !== '')
}

function checks(container: ContainerView): string[] {
  const { attempts, attemptsTotal } = container
  if (attempts.length === 0) return []
  const title = `  ${containerName(container)}, ${shownOf(attempts.length, attemptsTotal)}:`
  return [title, ...attempts.slice(-attemptsShown).map((attempt) => `    ${clockTime(attempt.at)}  ${checkText(attempt)}`)]
}

function answers({ url, attempts, attemptsTotal }: ProbeView): string[] {
  if (attempts.length === 0) return []
  return [
    `  ${oneLine(url)}, ${shownOf(attempts.length, attemptsTotal)}:`,
    ...attempts.slice(-attemptsShown).map((attempt) => `    ${clockTime(attempt.at)}  ${probeText(attempt)} after ${duration(attempt.ms)}`),
  ]
}

function shownOf(kept: number, total: number): string {
  const shown = Math.min(kept, attemptsShown)
  return shown === total ? `${total} in all` : `the last ${shown} of ${total}`
}
