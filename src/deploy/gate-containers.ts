import type { Config } from '../config.ts'
import { beginningOf } from './beginning.ts'
import { undecidedDetail } from './judge-check.ts'
import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import { nameOf, type Turn } from './turns.ts'
import { passed, type Trouble, type Verdict } from './verdict.ts'
import { type Occasion, type Waiting, waitFor } from './wait-for.ts'
import type { Watch } from './watch.ts'
import { secondsOf, theyWait } from './words.ts'

type Gate = Config['gate']
type Needs = Pick<Tools, 'store' | 'clock'>

/**
 * Phase 1 (guide, "Container Health Check"): one container after another, in gate order, each within 180 s of its turn, looked at
 * every 5 s (36 looks) and once more at the end; events only make a look come earlier. The turn of a container that is held back
 * begins when it has started. Rejects with the DeployError of whichever container fails, whoever's turn it is.
 */
export async function gateContainers(revision: Revision, watch: Watch, tools: Needs & Pick<Tools, 'starting'>): Promise<void> {
  const checked = watch.turns.filter(({ planned }) => planned.check !== null).length
  using _ = tools.starting.begin(refOf(revision), checked)
  for (const turn of watch.turns) await passGate(revision, turn, watch, tools)
}

async function passGate(revision: Revision, turn: Turn, watch: Watch, { store, clock }: Needs): Promise<void> {
  const { gate } = revision.source.settings
  if (passed(watch.verdict(turn))) return
  await untilStarted(turn, watch, gate, clock)
  const begun = await beginningOf(revision, nameOf(turn), { store, clock })
  const spent = Math.max(0, clock.now() - begun)
  const look = async (occasion: Occasion) => {
    if (occasion === 'due') await watch.look()
    const verdict = watch.verdict(turn)
    if (verdict.is !== 'failed') return verdict
    // The watch says it with the container's last words.
    await watch.look()
    watch.signal.throwIfAborted()
    return verdict
  }
  await waitFor(look, { ...schedule(watch, gate), spent, orElse: (last) => lateTrouble(turn, watch, gate, last) }, clock, watch.signal)
}

/** Its time begins when it has started, at the earliest (design §3.1). */
async function untilStarted(turn: Turn, watch: Watch, gate: Gate, clock: Tools['clock']): Promise<void> {
  const look = async (occasion: Occasion): Promise<Verdict> => {
    if (occasion === 'due') await watch.look()
    const { container } = watch.seen(turn)
    return container?.state === 'created' ? watch.verdict(turn) : { is: 'passed' }
  }
  await waitFor(look, { ...schedule(watch, gate), orElse: (last) => lateTrouble(turn, watch, gate, last) }, clock, watch.signal)
}

function schedule(watch: Watch, { interval, timeout }: Gate) {
  return { every: interval, within: timeout, woken: () => watch.changed() }
}

/** Reading 15: what was seen last, the earliest moment a verdict was possible, and which setting to change. */
function lateTrouble(turn: Turn, watch: Watch, { timeout }: Gate, { on, unlessSoon }: Waiting): Trouble {
  const { planned, container } = watch.seen(turn)
  const service = planned.name
  const still = `after ${secondsOf(timeout)} still waiting for ${on}`
  if (unlessSoon !== undefined) return { reason: unlessSoon, service, detail: still }
  if (planned.oneshot)
    return {
      reason: 'health_timeout',
      service,
      detail: lateOneshot(planned.awaitedBy, timeout),
      fix: `Make ${service} end sooner, or allow more time with \`x-torii: {gate: {timeout: …}}\` in the Compose file.`,
    }
  if (container?.state !== 'running') return { reason: 'health_timeout', service, detail: still }
  return { reason: 'health_timeout', service, detail: undecidedDetail(planned.check, timeout, container.health?.log.at(-1)) }
}

function lateOneshot(awaitedBy: string[], timeout: number): string {
  const still = `it has not ended after ${secondsOf(timeout)}`
  return awaitedBy.length === 0 ? still : `${still}, and ${theyWait(awaitedBy)} for it`
}
