import { randomBytes } from 'node:crypto'
import { DeployError } from '../deploy/failure.ts'
import type { Clock } from '../deploy/ports.ts'
import type { AskedUpload, KeptUpload, Uploads } from '../deploy/upload-port.ts'
import { tooLarge } from './byte-reader.ts'
import { createKeptFiles, type Kept } from './kept-files.ts'
import type { UploadLimits } from './refused.ts'
import { unpack } from './unpack.ts'

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

export function createUploads({ home, limits, quota, keepFor }: UploadSettings, clock: Clock): RunningUploads {
  const files = createKeptFiles(home)
  const held = new Map<string, Held>()
  /** Bytes of those that are coming. */
  let coming = 0

  const used = () => coming + [...held.values()].reduce((sum, { kept }) => sum + kept.bytes, 0)
  const found = ({ id, owner }: AskedUpload): Held => {
    const upload = held.get(id)
    if (upload === undefined || upload.kept.owner !== owner || isOver(upload, clock.now())) throw notFound()
    return upload
  }
  const remove = async (id: string) => {
    held.delete(id)
    await files.remove(id)
  }
  const sweep = async () => {
    for (const [id, upload] of held) if (isOver(upload, clock.now())) await remove(id)
  }
  async function* counted(archive: AsyncIterable<Uint8Array>, own: { bytes: number }): AsyncGenerator<Uint8Array> {
    for await (const chunk of archive) {
      if (used() + chunk.byteLength > quota) throw full(quota)
      own.bytes += chunk.byteLength
      coming += chunk.byteLength
      yield chunk
    }
  }
  const use = async <T>(upload: Held, work: (path: { path: string; upload: Kept }) => Promise<T>): Promise<T> => {
    upload.users++
    try {
      return await work({ path: await files.root(upload.kept.id), upload: upload.kept })
    } finally {
      upload.users--
    }
  }

  return {
    receive: async (archive, { owner, declared }) => {
      if (declared !== null && declared > limits.bytes) throw tooLarge(limits.bytes)
      if (declared !== null && used() + declared > quota) throw full(quota)
      const id = randomBytes(16).toString('hex')
      const own = { bytes: 0 }
      try {
        const unpacked = await unpack(counted(archive, own), await files.begin(id), limits)
        const kept = { id, ...unpacked, owner, expires: clock.now() + keepFor }
        await files.complete(kept)
        held.set(id, { kept, users: 0, adopted: false })
        return viewOf(kept)
      } catch (error) {
        await files.remove(id)
        throw error
      } finally {
        coming -= own.bytes
      }
    },
    use: async (asked, work) => use(found(asked), ({ path, upload }) => work({ path, upload: factsOf(upload) })),
    adopt: async (asked, work) => {
      const upload = found(asked)
      if (upload.adopted) throw busy()
      upload.adopted = true
      try {
        return await use(upload, ({ path, upload: kept }) => work({ path, upload: factsOf(kept) }))
      } catch (error) {
        upload.adopted = false
        throw error
      }
    },
    release: remove,
    remove: async (asked) => {
      const { users, adopted } = found(asked)
      if (users > 0 || adopted) throw busy()
      await remove(asked.id)
    },
    recover: async (inUse) => {
      for (const kept of await files.all()) held.set(kept.id, { kept, users: 0, adopted: inUse.has(kept.id) })
      await sweep()
    },
    keepSwept: async (signal) => {
      while (!signal.aborted) {
        await sweep().catch(() => {})
        await clock.sleep(sweepEvery, signal).catch(() => {})
      }
    },
  }
}

function isOver({ kept, users, adopted }: Held, now: number): boolean {
  return users === 0 && !adopted && kept.expires <= now
}

function factsOf({ id, sha256, bytes, entries }: Kept) {
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

function full(quota: number): DeployError {
  return new DeployError('disk_full', `uploads take ${quota / 1024 ** 2} MiB together at most, and there is no room for this one`, {
    fix: 'Try again when others have settled; what nobody uses goes after an hour. TORII_UPLOAD_QUOTA of the control plane gives more.',
  })
}
