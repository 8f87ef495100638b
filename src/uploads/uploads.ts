import { DeployError } from '../deploy/failure.ts'
import type { Clock } from '../deploy/ports.ts'
import type { Upload } from '../deploy/record.ts'
import type { Log } from '../deploy/tools.ts'
import type { AskedUpload, KeptUpload, UploadedFolder, Uploads } from '../deploy/upload-port.ts'
import { createKeptFiles, type Kept, type KeptFiles } from './kept-files.ts'
import { createQuota, roomOf } from './quota.ts'
import { receive } from './receive.ts'
import type { UploadLimits } from './refused.ts'
import { createRemovals } from './removals.ts'

export interface UploadSettings {
  home: string
  limits: UploadLimits
  /** Bytes of all uploads together. */
  quota: number
  /** How long one is kept that nobody uses, ms. */
  keepFor: number
}

export interface RunningUploads extends Uploads {
  /** Takes what the process before left: these are revisions' that have not settled. To be called before anything else. */
  recover(inUse: ReadonlySet<string>): Promise<void>
  /** Removes, until the signal aborts, what nobody has used in time. */
  keepSwept(signal: AbortSignal): Promise<void>
}

interface Held {
  kept: Kept
  /** Requests that work with it right now. */
  users: number
  /** It is a revision's. */
  adopted: boolean
}

const sweepEvery = 60_000

export function createUploads(settings: UploadSettings, { clock, log }: { clock: Clock; log: Pick<Log, 'warn'> }): RunningUploads {
  const files = createKeptFiles(settings.home, log)
  const quota = createQuota(settings.quota)
  const removals = createRemovals(files, quota, log)
  const held = new Map<string, Held>()
  const found = (asked: AskedUpload) => heldBy(asked, held, clock.now())
  const expires = () => clock.now() + settings.keepFor
  const remove = async (upload: Held | undefined) => {
    if (upload === undefined) return
    held.delete(upload.kept.id)
    await removals.remove(upload.kept.id, roomOf(upload.kept))
  }
  const sweep = async () => {
    await removals.again()
    for (const upload of [...held.values()]) if (isOver(upload, clock.now())) await remove(upload)
  }

  return {
    receive: async (archive, about) => {
      const kept = await receive(archive, about, { files, quota, removals, limits: settings.limits, expires })
      held.set(kept.id, { kept, users: 0, adopted: false })
      return viewOf(kept)
    },
    use: async (asked, work) => using(found(asked), files, work),
    adopt: async (asked, work) => {
      const upload = found(asked)
      return adopting(upload, (admitted) => using(upload, files, (folder) => work(folder, admitted)))
    },
    release: (id) => remove(held.get(id)),
    remove: async (asked) => {
      const upload = found(asked)
      if (upload.users > 0 || upload.adopted) throw busy()
      await remove(upload)
    },
    recover: async (inUse) => {
      for (const kept of await files.all()) {
        held.set(kept.id, { kept, users: 0, adopted: inUse.has(kept.id) })
        quota.have(roomOf(kept))
      }
      await sweep()
    },
    keepSwept: async (signal) => {
      while (!signal.aborted) {
        await sweep()
        await clock.sleep(sweepEvery, signal).catch(() => {})
      }
    },
  }
}

function heldBy({ id, owner }: AskedUpload, held: ReadonlyMap<string, Held>, now: number): Held {
  const upload = held.get(id)
  if (upload === undefined || upload.kept.owner !== owner || isOver(upload, now)) throw notFound()
  return upload
}

async function using<T>(upload: Held, files: Pick<KeptFiles, 'root'>, work: (folder: UploadedFolder) => Promise<T>): Promise<T> {
  upload.users++
  try {
    return await work({ path: await files.root(upload.kept.id), upload: factsOf(upload.kept) })
  } finally {
    upload.users--
  }
}

/** One that was admitted stays a revision's, whatever becomes of the request that made it. */
async function adopting<T>(upload: Held, work: (admitted: () => void) => Promise<T>): Promise<T> {
  if (upload.adopted) throw busy()
  upload.adopted = true
  let isAdmitted = false
  try {
    return await work(() => {
      isAdmitted = true
    })
  } finally {
    upload.adopted = isAdmitted
  }
}

function isOver({ kept, users, adopted }: Held, now: number): boolean {
  return users === 0 && !adopted && kept.expires <= now
}

function factsOf({ id, sha256, bytes, entries }: Kept): Upload {
  return { id, sha256, bytes, entries }
}

function viewOf(kept: Kept): KeptUpload {
  return { ...factsOf(kept), expiresAt: new Date(kept.expires).toISOString() }
}

function notFound(): DeployError {
  return new DeployError('not_found', 'no upload has this id: one is kept for an hour, and until what was made of it has settled', {
    fix: 'Send the folder again (`POST /api/v1/uploads`).',
  })
}

function busy(): DeployError {
  return new DeployError('busy', 'this upload is in use', { fix: 'Send the folder again for another deployment, or wait until this one has settled.' })
}
