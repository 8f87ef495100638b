import type { Tools } from './tools.ts'

/**
 * A process that was killed while it admitted a revision leaves its early network and no record. Containers are never made before
 * their revision is on record: where there are any, the record is what is missing, and they are left alone.
 */
export async function removeUnrecorded({ engine, store, log, trial }: Pick<Tools, 'engine' | 'store' | 'log' | 'trial'>): Promise<void> {
  for (const ref of await engine.revisions()) {
    // What a trial makes has no record, and a sweep of its own.
    if (ref.deployment === trial || (await store.revision(ref)) !== null) continue
    const containers = await engine.containers(ref)
    if (containers.length === 0) await engine.remove(ref)
    else log.warn({ ...ref, containers: containers.length }, 'containers of this instance that no record knows are left alone')
  }
}
