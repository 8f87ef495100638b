import { type Evidence, type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'

/**
 * DEPLOYED, stored together with what was seen: from now on this revision is the live one. Rejects with the signal's reason when
 * something is seen to fail before that.
 */
export async function settle(revision: Revision, evidence: Evidence, { store }: Pick<Tools, 'store'>, signal: AbortSignal): Promise<Revision> {
  const ref = refOf(revision)
  await store.freeze(ref, evidence)
  await store.keep(ref, { candidate: null })
  signal.throwIfAborted()
  return store.move(revision, 'DEPLOYED')
}
