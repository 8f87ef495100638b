import { verdictBetween } from './judge-check.ts'
import type { Seen } from './judge-container.ts'
import type { Ports } from './ports.ts'
import { type Revision, refOf } from './record.ts'
import { nameOf, type Turn } from './turns.ts'
import { detailOf, type Verdict } from './verdict.ts'

/** Tells each container's verdict when it is another than it was. */
export function createVerdictTeller(revision: Revision, { store }: Pick<Ports, 'store'>): (turn: Turn, verdict: Verdict, seen: Seen) => Promise<void> {
  const told = new Map<string, string>()
  return async (turn, verdict, { now, firstStartedAt, container }) => {
    const detail = detailOf(verdict)
    const text = `${verdict.is} ${detail}`
    if (told.get(nameOf(turn)) === text) return
    const ms = now - (firstStartedAt ?? now)
    const between = verdict.is === 'waiting' && container?.state === 'running' ? verdictBetween(turn.planned, revision.source.settings.gate.timeout) : null
    await store.tell(refOf(revision), { type: 'verdict', service: turn.planned.name, replica: turn.replica, now: verdict.is, detail, ms, ...between })
    told.set(nameOf(turn), text)
  }
}
