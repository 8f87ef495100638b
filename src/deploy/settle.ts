import { memoryNotices } from './memory-notice.ts'
import { type Evidence, type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'

/**
 * DEPLOYED, stored together with what was seen: from now on this revision is the live one. Rejects with the signal's reason when
 * something is seen to fail before that.
 */
export async function settle(revision: Revision, evidence: Evidence, { store }: Pick<Tools, 'store'>, signal: AbortSignal): Promise<Revision> {
  const ref = refOf(revision)
  for (const text of memoryNotices(evidence.containers)) await store.tell(ref, { type: 'notice', rule: 'memory', text })
  await store.freeze(ref, evidence)
  await store.keep(ref, { candidate: null })
  signal.throwIfAborted()
  return store.move(revision, 'DEPLOYED')
}
