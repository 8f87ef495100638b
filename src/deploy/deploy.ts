import { copyMounts } from './copy-mounts.ts'
import { createContainers } from './create-containers.ts'
import { createPatience, engineComesBack } from './engine-comes-back.ts'
import { RecordTaken } from './failure.ts'
import { gateContainers } from './gate-containers.ts'
import { giveUp } from './give-up.ts'
import { keepLooking } from './keep-looking.ts'
import { lookOnceMore } from './look-once-more.ts'
import { makeRoom } from './make-room.ts'
import { openRoutes } from './open-routes.ts'
import { probeRoutes } from './probe-routes.ts'
import { publishCandidate } from './publish-candidate.ts'
import { pullImages } from './pull-images.ts'
import { type Revision, refOf } from './record.ts'
import { clearAway } from './retire.ts'
import { rewriteModel } from './rewrite-model.ts'
import { settle } from './settle.ts'
import { startContainers } from './start-containers.ts'
import type { Tools } from './tools.ts'

/**
 * Brings an admitted revision to DEPLOYED or FAILED (guide, "Two-phase health verification"; design §3). Goes on from whatever state
 * the record has, so a server that takes over calls it too: every step may be done twice. Rejects when it is called off, when another
 * process moved the record (then it is not ours to fail), and when the record itself cannot be written.
 */
export async function deploy(revision: Revision, tools: Tools, signal: AbortSignal, patience = createPatience()): Promise<Revision> {
  const { store } = tools
  try {
    if (revision.state === 'UNINITIALIZED') {
      revision = await store.move(revision, 'PULLING_IMAGES')
    }
    if (revision.state === 'PULLING_IMAGES') {
      await copyMounts(revision, tools, signal) //                what containers read of the folder is theirs by now
      const images = await pullImages(revision, tools, signal) // every image or build is here
      revision = await rewriteModel(revision, images, tools) //    the model that is started, checked again
      revision = await store.move(revision, 'REQUESTED')
    }
    await clearAway(revision, tools) //                                what an earlier failure left for inspection
    await createContainers(revision, tools, signal) //                 all of them, none started
    await makeRoom(revision, tools) //                                 only where two would write the same volumes
    await using watch = await startContainers(revision, tools, signal) // each when its dependencies allow
    using _ = keepLooking(revision, watch, tools) //                   all of them, all the time
    await gateContainers(revision, watch, tools) //                    phase 1: every container healthy
    revision = await publishCandidate(revision, watch, tools) //       routes that only we can take
    await probeRoutes(revision, 'candidate', tools, watch.signal) //   phase 2: HTTPS through the proxy
    await openRoutes(revision, tools, watch.signal) //                 the public routes lead here now, and answer
    const evidence = await lookOnceMore(revision, watch, tools) //     nobody fell ill meanwhile
    return await settle(revision, evidence, tools, watch.signal) //    DEPLOYED
  } catch (error) {
    if (signal.aborted || error instanceof RecordTaken) throw error // not ours to fail: recover() will look
    // A step that the engine went away from is no failed step: it is done again from what the record says now.
    if (await engineComesBack(error, revision, patience, tools, signal))
      return deploy((await store.revision(refOf(revision))) ?? revision, tools, signal, patience)
    return await giveUp(revision, error, tools, signal) // FAILED
  }
}
