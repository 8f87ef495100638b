import { randomBytes } from 'node:crypto'
import { tooLarge } from './byte-reader.ts'
import type { Kept, KeptFiles } from './kept-files.ts'
import { entryTakes, type Quota } from './quota.ts'
import type { UploadLimits } from './refused.ts'
import type { Removals } from './removals.ts'
import { unpack } from './unpack.ts'

interface Receiving {
  files: KeptFiles
  quota: Quota
  removals: Removals
  limits: UploadLimits
  /** Wall-clock ms at which one that is whole by now is over. */
  expires(): number
}

/** Unpacks an archive while it comes. Rejects as `Uploads.receive` does, and then nothing of it is left that counts. */
export async function receive(
  archive: AsyncIterable<Uint8Array>,
  { owner, declared }: { owner: string; declared: number | null },
  { files, quota, removals, limits, expires }: Receiving,
): Promise<Kept> {
  if (declared !== null && declared > limits.bytes) throw tooLarge(limits.bytes)
  if (declared !== null) quota.expect(declared)
  const id = randomBytes(16).toString('hex')
  const taken = { bytes: 0 }
  const take = (bytes: number) => {
    quota.take(bytes)
    taken.bytes += bytes
  }
  try {
    const unpacked = await unpack(counted(archive, take), await files.begin(id), limits, (entries) => take(entries * entryTakes))
    const kept = { id, ...unpacked, owner, expires: expires() }
    await files.complete(kept)
    return kept
  } catch (error) {
    await removals.remove(id, taken.bytes)
    throw error
  }
}

async function* counted(archive: AsyncIterable<Uint8Array>, take: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of archive) {
    take(chunk.byteLength)
    yield chunk
  }
}
