import type { Config } from '../config.ts'
import { undecidedDetail } from './judge-check.ts'
import type { Ports } from './ports.ts'
import { type Revision, refOf } from './record.ts'
import { nameOf, type Turn } from './turns.ts'
import { passed, type Trouble, type Verdict } from './verdict.ts'
import { type Occasion, type Waiting, waitFor } from './wait-for.ts'
import type { Watch } from './watch.ts'
import { listed, secondsOf } from './words.ts'

type Gate = Config['gate']
type Needs = Pick<Ports, 'store' | 'clock'>

/**
 * Phase 1 (guide, "Container Health Check"): one container after another, in gate order, each within 180 s of its turn, looked at
 * every 5 s (36 looks) and once more at the end; events only make a look come earlier. The turn of a container that is held back
 * begins when it has started. Rejects with the DeployError of whichever container fails, whoever's turn it is.
 */
export async function gateContainers(revision: Revision, watch: Watch, ports: Needs): Promise<void> {
  for (const turn of watch.turns) await passGate(revision, turn, watch, ports)
}

async function passGate(revision: Revision, turn: Turn, watch: Watch, { store, clock }: Needs): Promise<void> {
  const { gate } = revision.source.settings
  if (passed(watch.verdict(turn))) return
  await untilStarted(turn, watch, gate, clock)
  const spent = clock.now() - (await beginningOf(revision, turn, { store, clock }))
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
async function untilStarted(turn: Turn, watch: Watch, gate: Gate, clock: Ports['clock']): Promise<void> {
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

/** Wall-clock ms, kept so that a server that takes over waits no longer than is left. */
async function beginningOf(revision: Revision, turn: Turn, { store, clock }: Needs): Promise<number> {
  const { begun } = (await store.revision(refOf(revision))) ?? revision
  const before = begun[nameOf(turn)]
  if (before !== undefined) return before
  const now = clock.now()
  await store.keep(refOf(revision), { begun: { ...begun, [nameOf(turn)]: now } })
  return now
}

/** Reading 15: what was seen last, the earliest moment a verdict was possible, and which setting to change. */
function lateTrouble(turn: Turn, watch: Watch, { timeout }: Gate, { on, unlessSoon }: Waiting): Trouble {
  const { planned, container } = watch.seen(turn)
  const service = planned.name
  if (unlessSoon !== undefined) return { reason: unlessSoon, service, detail: `after ${secondsOf(timeout)} still waiting for ${on}` }
  if (planned.oneshot)
    return {
      reason: 'health_timeout',
      service,
      detail: lateOneshot(planned.awaitedBy, timeout),
      fix: `Make ${service} end sooner, or allow more time with \`x-torii: {gate: {timeout: …}}\` in the Compose file.`,
    }
  if (container?.state !== 'running') return { reason: 'health_timeout', service, detail: `after ${secondsOf(timeout)} still waiting for ${on}` }
  return { reason: 'health_timeout', service, detail: undecidedDetail(planned.check, timeout, container.health?.log.at(-1)) }
}

function lateOneshot(awaitedBy: string[], timeout: number): string {
  const still = `it has not ended after ${secondsOf(timeout)}`
  return awaitedBy.length === 0 ? still : `${still}, and ${listed(awaitedBy)} ${awaitedBy.length === 1 ? 'waits' : 'wait'} for it`
}
