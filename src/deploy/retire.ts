import { isUnreachable } from './failure.ts'
import { type Revision, refOf } from './record.ts'
import { stopFor } from './stop-for.ts'
import type { Tools } from './tools.ts'
import { isSettled } from './transitions.ts'

type Needs = Pick<Tools, 'engine' | 'store' | 'extensions' | 'stopGrace'>

/** Removes everything of a revision but the deployment's volumes, its builds too: its containers get their time to end first. Idempotent. */
export async function retire(revision: Revision, { engine, store, extensions, stopGrace }: Needs): Promise<void> {
  const ref = refOf(revision)
  await engine.stop(ref, { graceMs: stopGrace, disarm: true })
  await engine.remove(ref)
  await extensions.removeFiles(ref)
  await extensions.release(revision.source)
  for (const { build, ref: tag } of extensions.images(revision.resolved, ref)) if (build !== null) await engine.untag(tag)
  await store.keep(ref, { removed: true })
}

/**
 * Removes what earlier failures of this deployment left for inspection; never what is live. It must have ended, so that two never
 * write the same volumes; what cannot be removed now is removed later.
 */
export async function clearAway(coming: Revision, tools: Needs & Pick<Tools, 'log' | 'clock'>): Promise<void> {
  const { deployment, revision } = coming
  const live = (await tools.store.deployment(deployment))?.live ?? null
  const left = (await tools.store.revisions(deployment, { removed: false })).filter(
    (each) => each.revision !== revision && each.revision !== live && isSettled(each.state),
  )
  await Promise.all(
    left.map(async (each) => {
      await stopFor(coming, each, tools)
      await retire(each, tools).catch((cause) => {
        if (isUnreachable(cause)) throw cause
        tools.log.warn({ err: cause, ...refOf(each) }, 'an earlier revision could not be removed yet')
      })
    }),
  )
}

/** After a revision was DEPLOYED: removes all others, of which none serves any more. */
export async function retireOthers({ deployment, revision }: Revision, tools: Needs): Promise<void> {
  const others = (await tools.store.revisions(deployment, { removed: false })).filter((each) => each.revision !== revision && isSettled(each.state))
  await Promise.all(others.map((each) => retire(each, tools)))
}
