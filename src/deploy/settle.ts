import { takeEvidence } from './evidence.ts'
import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import type { Watch } from './watch.ts'

/** DEPLOYED, stored together with what was seen: from now on this revision is the live one. */
export async function settle(revision: Revision, watch: Watch, { store, engine, clock, routes }: Tools): Promise<Revision> {
  const ref = refOf(revision)
  await store.freeze(ref, await takeEvidence(revision, null, { engine, clock }, watch.containers()))
  await store.keep(ref, { candidate: null })
  await store.change(revision.deployment, { wanted: 'running' })
  const deployed = await store.move(revision, 'DEPLOYED')
  await routes.refresh(revision.deployment)
  return deployed
}
