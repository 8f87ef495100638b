import type { Ports } from './ports.ts'
import { type Revision, refOf } from './record.ts'

/** When the time of a turn or of a phase began, wall-clock ms: kept, so that a server that takes over waits no longer than is left. */
export async function beginningOf(revision: Revision, what: string, { store, clock }: Pick<Ports, 'store' | 'clock'>): Promise<number> {
  const { begun } = (await store.revision(refOf(revision))) ?? revision
  const before = begun[what]
  if (before !== undefined) return before
  const now = clock.now()
  await store.keep(refOf(revision), { begun: { ...begun, [what]: now } })
  return now
}
