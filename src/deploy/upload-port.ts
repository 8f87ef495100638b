import type { DeployRequest } from './ports.ts'
import type { Upload } from './record.ts'

/** An upload that waits to be used. */
export interface KeptUpload extends Upload {
  /** RFC 3339 UTC with milliseconds; not while something uses it. */
  expiresAt: string
}

/** What a request says of the folder that was sent. */
export type UploadedFolder = Pick<DeployRequest, 'path' | 'upload'>

/** An upload as somebody asks for it: another's is not there. */
export interface AskedUpload {
  id: string
  /** Whoever sent it; the id of a token, or `local`. */
  owner: string
}

/** Folders that were sent to us, each until the revision made of it has settled, or its time is over. */
export interface Uploads {
  /**
   * Unpacks an uncompressed tar while it comes, no faster than the disk takes it. Rejects with upload_refused, with disk_full where all uploads
   * together would be too large, and with what `archive` rejects with; then nothing of it is left.
   * `declared`: bytes that the sender says it has.
   */
  receive(archive: AsyncIterable<Uint8Array>, about: { owner: string; declared: number | null }): Promise<KeptUpload>
  /** Nobody removes it while `work` goes on. Rejects with not_found. */
  use<T>(asked: AskedUpload, work: (folder: UploadedFolder) => Promise<T>): Promise<T>
  /**
   * As `use`, for one revision alone: rejects with busy where it is another's already. When `work` calls `admitted` it is that revision's, and
   * stays until it is released, whatever becomes of `work`.
   */
  adopt<T>(asked: AskedUpload, work: (folder: UploadedFolder, admitted: () => void) => Promise<T>): Promise<T>
  /** It is no revision's any more, and goes: now, or when it can be removed. Idempotent. */
  release(id: string): Promise<void>
  /** Nobody can use it any more, and it goes as one that is released. Rejects with not_found, busy. */
  remove(asked: AskedUpload): Promise<void>
}
