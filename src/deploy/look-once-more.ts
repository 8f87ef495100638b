import type { Ports } from './ports.ts'
import type { Revision } from './record.ts'
import { passed, type Verdict } from './verdict.ts'
import { type Waiting, waitFor } from './wait-for.ts'
import type { Watch } from './watch.ts'
import { secondsOf } from './words.ts'

/**
 * The last look before DEPLOYED (reading 14): all containers at the same moment, no partial success. One that is just restarting gets
 * the time of the gate to come back. Rejects with the DeployError of whichever failed.
 */
export async function lookOnceMore(revision: Revision, watch: Watch, { clock }: Pick<Ports, 'clock'>): Promise<void> {
  const { timeout, interval } = revision.source.settings.gate
  const look = async (): Promise<Verdict> => {
    await watch.look()
    watch.signal.throwIfAborted()
    return watch.turns.map((turn) => watch.verdict(turn)).find((verdict) => !passed(verdict)) ?? { is: 'passed' }
  }
  const service = () => watch.turns.find((turn) => !passed(watch.verdict(turn)))?.planned.name
  const orElse = ({ on, unlessSoon = 'health_timeout' }: Waiting) => ({
    reason: unlessSoon,
    service: service(),
    detail: `it passed and then fell back: after ${secondsOf(timeout)} still waiting for ${on}`,
  })
  await waitFor(look, { every: interval, within: timeout, woken: () => watch.changed(), orElse }, clock, watch.signal)
}
