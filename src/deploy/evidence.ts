import { cleanText } from '../text/clean.ts'
import { hideValues } from '../text/hide-values.ts'
import { asTold } from './as-told.ts'
import { heldBackBy } from './held-back.ts'
import { judgeContainer } from './judge-container.ts'
import { asRecorded } from './outside-checks.ts'
import type { Plan } from './plan.ts'
import type { Container, Ports } from './ports.ts'
import type { CheckAttempt, Evidence, Revision } from './record.ts'
import { refOf } from './record.ts'
import { isOf, type Turn, turnsOf } from './turns.ts'
import { detailOf, type Trouble, type Verdict, waiting } from './verdict.ts'

/** Of each container: enough for a traceback, little enough for a thousand revisions. */
const logTail = { lines: 50, bytes: 16_384 }

type Needs = Pick<Ports, 'engine' | 'clock' | 'store'>

/** What every container says now (`looked`: what was seen a moment ago); for a failure also what it printed last. Taken before anything is removed, cleaned of secrets and controls. */
export async function takeEvidence(revision: Revision, trouble: Trouble | null, { engine, clock, store }: Needs, looked?: Container[]): Promise<Evidence> {
  const { plan } = revision
  // null: the engine cannot be asked, which is no reason to call anything gone.
  const containers = looked ?? (plan === null ? null : await lookAt(revision, plan, { engine, store }))
  const all = plan === null ? [] : turnsOf(plan)
  const seen = await Promise.all(
    all.map(async (turn) => {
      const container = containers?.find((each) => isOf(turn, each)) ?? null
      const logs = container === null || trouble === null ? '' : await engine.logTail(container.id, logTail.lines, logTail.bytes)
      return evidenceOf(turn, container, verdictOf(turn, container, containers, revision, trouble, clock.now()), hidden(logs, revision))
    }),
  )
  return { at: new Date(clock.now()).toISOString(), trouble, containers: seen }
}

async function lookAt(revision: Revision, plan: Plan, { engine, store }: Pick<Needs, 'engine' | 'store'>): Promise<Container[] | null> {
  const containers = await engine.containers(refOf(revision)).catch(() => null)
  if (containers === null) return null
  const attempts = await store.attempts(refOf(revision))
  const last = ({ service, replica }: Container) =>
    attempts.find(({ of }) => of.is === 'check' && of.service === service && of.replica === replica)?.kept.at(-1) as CheckAttempt | undefined
  return containers.map((container) => asTold(asRecorded(container, plan, last(container)), revision))
}

function hidden(text: string, { source }: Revision): string {
  return cleanText(hideValues(text, source.env))
}

/** Whoever the failure names has failed, also where only the deadline said so. */
function verdictOf(turn: Turn, container: Container | null, containers: Container[] | null, { plan }: Revision, trouble: Trouble | null, now: number): Verdict {
  if (containers === null) return waiting('the engine, which does not answer')
  const held = heldBackBy(turn.planned, plan?.services ?? [], containers)
  const verdict = judgeContainer({
    planned: turn.planned,
    replica: turn.replica,
    container,
    heldBackBy: held,
    firstStartedAt: container?.startedAt ?? null,
    now,
  })
  return trouble !== null && trouble.service === turn.planned.name && verdict.is === 'waiting' ? { is: 'failed', why: trouble } : verdict
}

function evidenceOf({ planned, replica }: Turn, container: Container | null, verdict: Verdict, logs: string): Evidence['containers'][number] {
  return {
    service: planned.name,
    replica,
    id: container?.id ?? '',
    state: container?.state ?? 'gone',
    exitCode: container?.exitCode ?? null,
    oomKilled: container?.oomKilled ?? false,
    restartCount: container?.restartCount ?? 0,
    health: container?.health?.status ?? null,
    error: container?.error ?? '',
    logs,
    verdict: verdict.is,
    detail: detailOf(verdict),
  }
}
