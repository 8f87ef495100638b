import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'

/** What has ended of a revision stays ended, whatever its restart policies say. Idempotent. */
export async function disarm(revision: Revision, { engine }: Pick<Tools, 'engine'>): Promise<void> {
  const never = new Map((revision.plan?.services ?? []).map(({ name }) => [name, 'no']))
  if (never.size > 0) await engine.rearm(refOf(revision), never)
}
