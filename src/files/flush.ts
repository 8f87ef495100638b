import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { inBatches } from './in-batches.ts'

/** Node has four threads for all that waits for files: with no more at once, what others ask comes in between. */
const atOnce = 4

/**
 * Puts a file, or a folder with all that is in it, on the disk, so that it is whole also after a power cut. Its own name is the folder's
 * above: `flushFolder`. For trees of ours, which nobody else can change. Rejects with what the file system says, and the signal's reason.
 */
export async function flushTree(path: string, signal?: AbortSignal): Promise<void> {
  const { files, folders } = await contentsOf(path)
  await inBatches([...files, ...folders], atOnce, async (each) => {
    signal?.throwIfAborted()
    await flush(each)
  })
}

/** Puts the names in a folder on the disk: those that were made, renamed or removed. */
export async function flushFolder(path: string): Promise<void> {
  await flush(path)
}

/** Links are only names in their folder. */
async function contentsOf(path: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return null
    throw error
  })
  if (entries === null) return { files: [path], folders: [] }
  const found = { files: entries.filter((entry) => entry.isFile()).map(({ name }) => join(path, name)), folders: [path] }
  for (const entry of entries.filter((each) => each.isDirectory())) {
    const below = await contentsOf(join(path, entry.name))
    found.files = found.files.concat(below.files)
    found.folders = found.folders.concat(below.folders)
  }
  return found
}

async function flush(path: string): Promise<void> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  await file.sync()
}
