import { type CheckAttempt, type Evidence, type ProbeAttempt, projectOf } from '../deploy/record.ts'
import type { ContainerView, DeploymentView, ProbeView, RevisionView } from '../deploy/view.ts'
import { counted } from '../deploy/words.ts'
import { oneLine } from '../text/one-line.ts'
import { duration } from './amounts.ts'
import { checkSaid, checkText, exitText } from './check-text.ts'
import { containerName } from './container-name.ts'
import { probeText } from './event-text.ts'
import { aroundLines, causeLines, insideLines } from './explained-parts.ts'
import { redirectLines } from './redirect-lines.ts'
import { repeatedBy, repeatedText, type Tried } from './repeated.ts'
import { lastLog, workedLine } from './report.ts'

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
    ...redirectLines(view),
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
  const outcome = (attempt: CheckAttempt) => [exitText(attempt), checkSaid(attempt.output, 300)].filter((part) => part !== '').join(': ')
  return attemptLines(containerName(container), { attempts, total: attemptsTotal }, { outcome, single: checkText })
}

function answers({ url, attempts, attemptsTotal }: ProbeView): string[] {
  const single = (attempt: ProbeAttempt) => `${probeText(attempt)} after ${duration(attempt.ms)}`
  return attemptLines<ProbeAttempt>(oneLine(url), { attempts, total: attemptsTotal }, { outcome: probeText, single })
}

/** The last ones, those that ended alike as one. */
function attemptLines<T extends Tried>(
  whose: string,
  { attempts, total }: { attempts: T[]; total: number },
  words: { outcome(attempt: T): string; single(attempt: T): string },
): string[] {
  if (attempts.length === 0) return []
  const shown = repeatedBy(attempts, words.outcome).slice(-attemptsShown)
  const count = shown.reduce((sum, group) => sum + group.count, 0)
  const title = `  ${whose}, ${count === total ? `${total} in all` : `the last ${count} of ${total}`}:`
  return [title, ...shown.map((group) => `    ${repeatedText(group, words)}`)]
}
