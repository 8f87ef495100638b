import { DeployError } from './failure.ts'
import type { RevisionRef } from './record.ts'
import type { Tools } from './tools.ts'

type Needs = Pick<Tools, 'engine' | 'store' | 'log' | 'trial'>

/**
 * A process that was killed while it admitted a revision leaves its early network and no record. Containers are never made before
 * their revision is on record: where there are any, the record is what is missing, and they are left alone.
 */
export async function removeUnrecorded(tools: Needs): Promise<void> {
  // What a trial makes has no record, and a sweep of its own.
  for (const ref of await tools.engine.revisions()) if (ref.deployment !== tools.trial) await removeUnlessRecorded(ref, tools)
}

async function removeUnlessRecorded(ref: RevisionRef, { engine, store, log }: Needs): Promise<void> {
  const held = await store.holdSubnets(ref, [], []).catch((error) => {
    // It is being admitted right now: its network is no leftover.
    if (error instanceof DeployError && error.trouble.reason === 'busy') return null
    throw error
  })
  if (held === null) return
  try {
    if ((await store.revision(ref)) !== null) return
    const containers = await engine.containers(ref)
    if (containers.length === 0) await engine.remove(ref)
    else log.warn({ ...ref, containers: containers.length }, 'containers of this instance that no record knows are left alone')
  } finally {
    held.giveBack()
  }
}
