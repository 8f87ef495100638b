import { DeployError } from '../deploy/failure.ts'

/** Bytes that a file or folder may take of the disk beside its contents: a block of ext4 and xfs, and much for an inode. */
export const entryTakes = 4096

/** What an upload takes of the quota: an archive of many empty files is small, and what it becomes is not. */
export function roomOf({ bytes, entries }: { bytes: number; entries: number }): number {
  return bytes + entries * entryTakes
}

/** How much of the disk all uploads may take together, in bytes as `roomOf` counts: from the first byte that comes until they are removed. */
export interface Quota {
  /** Rejects with disk_full where so many more would be too many. */
  expect(bytes: number): void
  /** As `expect`, and they are taken. */
  take(bytes: number): void
  /** They lie there already, whether there is room or not. */
  have(bytes: number): void
  give(bytes: number): void
}

export function createQuota(most: number): Quota {
  let used = 0
  const expect = (bytes: number) => {
    if (used + bytes > most) throw full(most)
  }
  return {
    expect,
    take: (bytes) => {
      expect(bytes)
      used += bytes
    },
    have: (bytes) => {
      used += bytes
    },
    give: (bytes) => {
      used -= bytes
    },
  }
}

function full(most: number): DeployError {
  return new DeployError('disk_full', `uploads take ${most / 1024 ** 2} MiB together at most, and there is no room for this one`, {
    fix: 'Try again when others have settled; what nobody uses goes after an hour. TORII_UPLOAD_QUOTA of the control plane gives more.',
  })
}
