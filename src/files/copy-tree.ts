import { constants, type Dirent, type Stats } from 'node:fs'
import { copyFile, type FileHandle, lstat, lutimes, mkdir, open, readdir, readlink, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { inBatches } from './in-batches.ts'

export interface CopyOptions {
  /** Path from the root of the tree, without the slash in front, of what is not even opened. */
  leftOut?(path: string): boolean
  /** A folder that is never copied: Torii's own, which may lie in the tree, and where the copy lies. */
  own: { dev: number; ino: number }
  /** Bytes and entries in all. */
  most: TreeSize
  /** What was copied so far, where several trees may have `most` together; it is added to. */
  seen?: TreeSize
  /** Gives a copied file or folder its mode and owner; `stat` is the original's. */
  dress(copy: string, stat: Stats): Promise<void>
  signal: AbortSignal
}

export interface TreeSize {
  bytes: number
  entries: number
}

/** There is more in the tree than `most`. */
export class TreeTooLarge extends Error {
  readonly of: keyof TreeSize

  constructor(of: keyof TreeSize) {
    super(`the tree has too many ${of}`)
    this.name = 'TreeTooLarge'
    this.of = of
  }
}

/** Something in the tree may not be read. */
export class UnreadableEntry extends Error {
  /** From the root of the tree; '': the root itself. */
  readonly path: string
  readonly code: string

  constructor(path: string, cause: NodeJS.ErrnoException) {
    super(`${path} cannot be read`, { cause })
    this.name = 'UnreadableEntry'
    this.path = path
    this.code = cause.code ?? 'unknown error'
  }
}

type Copying = CopyOptions & { seen: TreeSize }

const atOnce = 16

/**
 * Copies what is open, a folder or a regular file, so that what somebody swaps in it meanwhile (a file or a folder for a link) leads nowhere
 * else: each entry is opened from the descriptor of the folder it is in, /proc/self/fd/N/NAME, and never through a link. Links stay links;
 * FIFOs, sockets and devices are left out. Where the file system can, a copy shares its blocks with the original. `to` null: nothing is
 * written, the tree is only held against its limits. Linux. Rejects with TreeTooLarge, UnreadableEntry, what writing rejects with, and the
 * signal's reason.
 */
export async function copyTree(from: FileHandle, to: string | null, options: CopyOptions): Promise<void> {
  const copying = { ...options, seen: options.seen ?? { bytes: 0, entries: 0 } }
  if ((await from.stat()).isDirectory()) await copyFolder(from, to, '', copying)
  else await copyRegular(from, to, copying)
}

async function copyFolder(from: FileHandle, to: string | null, path: string, copying: Copying): Promise<void> {
  const stat = await from.stat()
  if (stat.dev === copying.own.dev && stat.ino === copying.own.ino) return
  if (to !== null) await mkdir(to, { mode: 0o700 })
  const entries = await readdir(`/proc/self/fd/${from.fd}`, { withFileTypes: true })
  const [folders, others] = [entries.filter((entry) => entry.isDirectory()), entries.filter((entry) => !entry.isDirectory())]
  const copy = (entry: Dirent) => copyEntry(entry, { from, to, path: path === '' ? entry.name : `${path}/${entry.name}` }, copying)
  await inBatches(others, atOnce, copy)
  for (const folder of folders) await copy(folder)
  if (to === null) return
  await copying.dress(to, stat)
  await utimes(to, stat.atime, stat.mtime)
}

async function copyEntry(entry: Dirent, { from, to, path }: { from: FileHandle; to: string | null; path: string }, copying: Copying): Promise<void> {
  copying.signal.throwIfAborted()
  if (copying.leftOut?.(path)) return
  const [source, copy] = [`/proc/self/fd/${from.fd}/${entry.name}`, to === null ? null : join(to, entry.name)]
  if (!entry.isSymbolicLink() && !entry.isFile() && !entry.isDirectory()) return
  count(copying, { bytes: 0, entries: 1 })
  if (entry.isSymbolicLink()) return copyLink(source, copy)
  const opened = await openHere(source, path)
  try {
    if (opened === null) return
    if ((await opened.stat()).isDirectory()) await copyFolder(opened, copy, path, copying)
    else await copyRegular(opened, copy, copying)
  } finally {
    await opened?.close()
  }
}

async function copyRegular(from: FileHandle, to: string | null, copying: Copying): Promise<void> {
  const stat = await from.stat()
  if (!stat.isFile()) return
  count(copying, { bytes: stat.size, entries: 0 })
  if (to === null) return
  await copyFile(`/proc/self/fd/${from.fd}`, to, constants.COPYFILE_FICLONE)
  await copying.dress(to, stat)
  await utimes(to, stat.atime, stat.mtime)
}

async function copyLink(from: string, to: string | null): Promise<void> {
  if (to === null) return
  const found = await Promise.all([readlink(from), lstat(from)]).catch(() => null)
  if (found === null) return
  const [target, { atime, mtime }] = found
  await symlink(target, to)
  await lutimes(to, atime, mtime)
}

function count({ seen, most }: Copying, more: TreeSize): void {
  seen.bytes += more.bytes
  seen.entries += more.entries
  if (seen.entries > most.entries) throw new TreeTooLarge('entries')
  if (seen.bytes > most.bytes) throw new TreeTooLarge('bytes')
}

/** null: it is gone by now, or something else. */
async function openHere(path: string, name: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch (error) {
    const cause = error as NodeJS.ErrnoException
    if (['ENOENT', 'ELOOP', 'ENXIO', 'ENODEV'].includes(cause.code ?? '')) return null
    throw new UnreadableEntry(name, cause)
  }
}
