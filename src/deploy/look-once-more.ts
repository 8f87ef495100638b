import { takeEvidence } from './evidence.ts'
import type { Plan } from './plan.ts'
import { type Evidence, type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import { type Turn, turnsOf } from './turns.ts'
import { passed, type Verdict, waiting } from './verdict.ts'
import { type Occasion, type Waiting, waitFor } from './wait-for.ts'
import type { Watch } from './watch.ts'

type Needs = Pick<Tools, 'engine' | 'store' | 'clock'>

/** ms. What has neither a health check nor a probe must at least run for so long: most that cannot work end at once. */
const leastUp = 1_000

/**
 * The last look before DEPLOYED (reading 14): all containers at the same moment, no partial success. One that is just restarting gets
 * what is left of the whole time to come back. Answers what was seen at that moment. Rejects with the DeployError of whichever failed.
 */
export async function lookOnceMore(revision: Revision, watch: Watch, tools: Needs): Promise<Evidence> {
  const { gate, probe } = revision.source.settings
  const probed = probe.type === 'none' ? null : revision.plan?.route?.service
  const begun = tools.clock.monotonic()
  // By our own clock as well: the engine's may be another machine's.
  const early = ({ planned }: Turn) => planned.name !== probed && tools.clock.monotonic() - begun < leastUp
  const lateOne = () => watch.turns.map((turn) => ({ turn, verdict: verdictOf(turn, watch, early(turn)) })).find(({ verdict }) => !passed(verdict))
  let evidence: Promise<Evidence> | null = null
  const look = async (occasion: Occasion): Promise<Verdict> => {
    if (occasion !== 'woken') await watch.look()
    watch.signal.throwIfAborted()
    const late = lateOne()
    if (late === undefined) evidence = takeEvidence(revision, tools, watch.containers())
    return late?.verdict ?? { is: 'passed' }
  }
  const orElse = ({ on, unlessSoon = 'health_timeout' }: Waiting) => ({
    reason: unlessSoon,
    service: lateOne()?.turn.planned.name,
    detail: `it passed and then fell back: still waiting for ${on}`,
  })
  const schedule = { every: gate.interval, early: [yetToRun(watch)], within: await timeLeft(revision, tools), woken: () => watch.changed() }
  await waitFor(look, { ...schedule, orElse }, tools.clock, watch.signal)
  return evidence ?? takeEvidence(revision, tools)
}

function verdictOf(turn: Turn, watch: Watch, early: boolean): Verdict {
  const verdict = watch.verdict(turn)
  return early && verdict.is === 'skipped' && upSince(watch, turn) < leastUp ? waiting('its first second, as it has no HEALTHCHECK and is not probed') : verdict
}

/** ms, by the engine's clock. */
function upSince(watch: Watch, turn: Turn): number {
  const { container, now } = watch.seen(turn)
  return now - (container?.startedAt ?? now)
}

/** ms until the youngest has run for as long as it must. */
function yetToRun(watch: Watch): number {
  const youngest = Math.min(...watch.turns.map((turn) => upSince(watch, turn)))
  return Math.min(leastUp, Math.max(1, leastUp - youngest))
}

/** Of one container's time at most, and of the whole time: N gates and two probes (reading 7). */
async function timeLeft(revision: Revision, { store, clock }: Needs): Promise<number> {
  const { gate, probe } = revision.source.settings
  const { begun } = (await store.revision(refOf(revision))) ?? revision
  const spent = clock.now() - Math.min(clock.now(), ...Object.values(begun))
  const whole = turnsOf(revision.plan as Plan).length * gate.timeout + 2 * probe.timeout
  return Math.max(leastUp, Math.min(gate.timeout, whole - spent))
}
