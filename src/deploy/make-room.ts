import { replacedBy } from './in-place.ts'
import type { Revision } from './record.ts'
import { stopFor } from './stop-for.ts'
import type { Tools } from './tools.ts'

/** A live revision that this one takes the place of is stopped and no longer routed to: not removed, it may have to come back. */
export async function makeRoom(revision: Revision, tools: Tools): Promise<void> {
  const replaced = await replacedBy(revision, tools)
  if (replaced === null) return
  await tools.store.change(revision.deployment, { open: null })
  await tools.routes.refresh(revision.deployment)
  await stopFor(revision, replaced.live, tools)
}
