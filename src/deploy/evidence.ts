import { asTold } from './as-told.ts'
import { askBackends, begin, examine } from './examine.ts'
import { fitToKeep } from './fit-to-keep.ts'
import { heldBackBy } from './held-back.ts'
import { judgeContainer } from './judge-container.ts'
import { asRecorded } from './outside-checks.ts'
import { partsWithin } from './parts-in-time.ts'
import type { Container, Ports, Route } from './ports.ts'
import { type CheckAttempt, type ContainerEvidence, type Evidence, type Revision, refOf } from './record.ts'
import { candidateRoutes, routesTo } from './routes.ts'
import { isOf, type Turn, turnsOf } from './turns.ts'
import { detailOf, type Trouble, type Verdict, waiting } from './verdict.ts'

/** Of each container: enough for a traceback, little enough for a thousand revisions. */
const logTail = { lines: 50, bytes: 16_384 }

/** What an answer of the engine or a backend may take, all of them side by side: FAILED must not wait for them. */
const patience = 150
/** More containers than these say no more. */
const mostExamined = 8

type Needs = Pick<Ports, 'engine' | 'proxy' | 'clock' | 'store'>

/** What every container says now (`looked`: what was seen a moment ago), and nothing else: the revision has settled well. */
export async function takeEvidence(
  revision: Revision,
  { engine, store, clock }: Pick<Ports, 'engine' | 'store' | 'clock'>,
  looked?: Container[],
): Promise<Evidence> {
  const containers = looked ?? (await lookAt(revision, { engine, store }))
  const seen = turnsIn(revision).map((turn) => evidenceOf(turn, found(turn, containers), verdictOf(turn, containers, revision, null, clock.now()), ''))
  return { at: new Date(clock.now()).toISOString(), trouble: null, containers: seen }
}

/**
 * What is to be seen of a failure, taken before anything is removed: what every container says and printed, those that may have to do
 * with it from all sides, and what proxy and machine say. Cleaned of secrets and controls.
 */
export async function takeEvidenceOf(trouble: Trouble, revision: Revision, tools: Needs): Promise<Evidence> {
  const { engine, clock } = tools
  // null: the engine cannot be asked, which is no reason to call anything gone.
  const containers = await lookAt(revision, tools)
  const parts = partsWithin(patience, clock)
  const turns = turnsIn(revision).map((turn) => ({
    turn,
    container: found(turn, containers),
    verdict: verdictOf(turn, containers, revision, trouble, clock.now()),
  }))
  const suspects = turns
    .flatMap(({ turn, container, verdict }) => (container !== null && mayMatter(turn, verdict, trouble, revision) ? [{ turn, container }] : []))
    .slice(0, mostExamined)
    .map(({ turn, container }) => begin(turn, container, tools, parts))
  const asking = askBackends(trouble, suspects, revision, tools, parts)
  const seen = Promise.all(
    turns.map(async ({ turn, container, verdict }): Promise<ContainerEvidence> => {
      if (container === null) return evidenceOf(turn, container, verdict, '')
      const name = `${turn.planned.name}/${turn.replica}`
      const [logs, more] = await Promise.all([
        parts.have(`last lines of ${name}`, () => engine.logTail(container.id, logTail.lines, logTail.bytes)),
        ...suspects.filter((each) => each.container === container).map((each) => examine(each, revision, clock.now(), tools, parts)),
      ])
      return { ...evidenceOf(turn, container, verdict, fitToKeep(logs ?? '', revision, container)), addresses: container.addresses, ...more }
    }),
  )
  const [examined, asked, routers, host, platform] = await Promise.all([
    seen,
    asking,
    revision.backends.length === 0 ? null : parts.have('the proxy’s own view', () => tools.proxy.view(ownRoutes(revision, tools.proxy))),
    parts.have('the engine’s machine', (signal) => engine.host(signal)),
    parts.have('the engine’s platform', () => engine.platform()),
  ])
  parts.end()
  return { at: new Date(clock.now()).toISOString(), trouble, containers: examined, missing: parts.missing, asked, routers, host, platform }
}

/** Whoever is blamed, whoever has failed, whoever is routed to, and whom the blamed one waits for: it may be refused there. */
function mayMatter({ planned }: Turn, verdict: Verdict, trouble: Trouble, { plan }: Revision): boolean {
  const blamed = plan?.services.find(({ name }) => name === trouble.service)
  if (blamed?.dependsOn.some(({ service }) => service === planned.name)) return true
  return planned.name === trouble.service || planned.name === plan?.route?.service || verdict.is === 'failed'
}

function ownRoutes(revision: Revision, proxy: Needs['proxy']): Route[] {
  const { candidate, backends } = revision
  return candidate === null || backends.length === 0 ? routesTo(revision, backends, candidate, proxy) : candidateRoutes(revision, proxy)
}

function turnsIn({ plan }: Revision): Turn[] {
  return plan === null ? [] : turnsOf(plan)
}

function found(turn: Turn, containers: Container[] | null): Container | null {
  return containers?.find((each) => isOf(turn, each)) ?? null
}

async function lookAt(revision: Revision, { engine, store }: Pick<Ports, 'engine' | 'store'>): Promise<Container[] | null> {
  const { plan } = revision
  const containers = plan === null ? null : await engine.containers(refOf(revision)).catch(() => null)
  if (plan === null || containers === null) return null
  const attempts = await store.attempts(refOf(revision))
  const last = ({ service, replica }: Container) =>
    attempts.find(({ of }) => of.is === 'check' && of.service === service && of.replica === replica)?.kept.at(-1) as CheckAttempt | undefined
  return containers.map((container) => asTold(asRecorded(container, plan, last(container)), revision))
}

/** Whoever the failure names has failed, also where only the deadline said so. */
function verdictOf(turn: Turn, containers: Container[] | null, { plan }: Revision, trouble: Trouble | null, now: number): Verdict {
  const container = found(turn, containers)
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

function evidenceOf({ planned, replica }: Turn, container: Container | null, verdict: Verdict, logs: string): ContainerEvidence {
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
