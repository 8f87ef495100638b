import { chmod, type FileHandle } from 'node:fs/promises'
import { DeployError } from '../deploy/failure.ts'
import { type CopyOptions, copyTree, TreeTooLarge, UnreadableEntry } from '../files/copy-tree.ts'

/** What a context may have; only its bytes are limited. */
interface Limits extends Pick<CopyOptions, 'leftOut' | 'own' | 'signal'> {
  /** Bytes in all. */
  most: number
}

/**
 * Copies an open build context: buildx lists a folder and then opens its files by path, through links (fsutil.fs.Open), and would send files of
 * the host where somebody swaps one for a link meanwhile. Links stay links: the build follows them within its context. Rejects with build_failed.
 */
export async function copyContext(from: FileHandle, to: string, { most, ...limits }: Limits): Promise<void> {
  const copying = copyTree(from, to, { ...limits, most: { bytes: most, entries: Number.POSITIVE_INFINITY }, dress: keepMode })
  await copying.catch((error: unknown) => {
    throw error instanceof TreeTooLarge ? tooLarge(most) : error instanceof UnreadableEntry ? unreadable(error) : error
  })
}

/** A file's mode comes with its copy. A folder that its owner may not write could not be removed. */
const keepMode: CopyOptions['dress'] = async (copy, stat) => {
  if (stat.isDirectory()) await chmod(copy, (stat.mode & 0o7777) | 0o700)
}

function unreadable(cause: UnreadableEntry): DeployError {
  return new DeployError('build_failed', `${cause.path} in the build context cannot be read (${cause.code})`, {
    cause,
    fix: 'Make it readable for Torii, or name it in .dockerignore.',
  })
}

function tooLarge(most: number): DeployError {
  return new DeployError('build_failed', `the build context is larger than ${most / 1024 ** 3} GiB`, {
    fix: 'Name what the build does not need in .dockerignore, each folder on a line of its own, or build from a smaller folder.',
  })
}
