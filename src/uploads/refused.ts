import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'

export interface UploadLimits {
  /** Bytes of the archive. */
  bytes: number
  /** Bytes of one file. */
  file: number
  /** Files and folders. */
  entries: number
  /** Folders in each other, the file included. */
  depth: number
}

/** What every upload is held to, however large it may be. */
export const defaultShape: Pick<UploadLimits, 'entries' | 'depth'> = { entries: 10_000, depth: 32 }

/** Bytes of one name and of a whole path: what Linux's file systems take, and what is still read by people. */
export const longestName = 255
export const longestPath = 1024

/** `detail` is a clause of which the upload is the subject. */
export function refused(detail: string, fix: string): DeployError {
  return new DeployError('upload_refused', cleanText(detail, { max: 400 }), { fix })
}

/** The name of an entry as people see it. */
export function quoted(name: string): string {
  return `"${cleanText(name, { max: 200 })}"`
}
