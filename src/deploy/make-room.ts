import { replacedBy } from './in-place.ts'
import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'

/** A live revision that this one takes the place of is stopped and no longer routed to: not removed, it may have to come back. */
export async function makeRoom(revision: Revision, tools: Tools): Promise<void> {
  const replaced = await replacedBy(revision, tools)
  if (replaced === null) return
  const text = `stopping revision ${replaced.live.revision}`
  // Closed already: it was stopped before, by a person or before a restart of ours.
  const serves = (await tools.store.deployment(revision.deployment))?.open === replaced.live.revision
  if (serves) await tools.store.tell(refOf(revision), { type: 'notice', rule: 'stopping', text })
  await tools.store.change(revision.deployment, { open: null })
  await tools.routes.refresh(revision.deployment)
  await tools.engine.stop(refOf(replaced.live), { graceMs: tools.stopGrace, disarm: true })
}
