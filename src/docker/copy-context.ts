import { constants, type Dirent } from 'node:fs'
import { chmod, copyFile, type FileHandle, lstat, lutimes, mkdir, open, readdir, readlink, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { DeployError } from '../deploy/failure.ts'

interface Limits {
  /** Path from the context, without the slash in front, that no file of the build is in. */
  leftOut(path: string): boolean
  /** A folder that is never copied: Torii's own, which may lie in the context, and where the copy lies. */
  own: { dev: number; ino: number }
  /** Bytes in all. */
  most: number
  signal: AbortSignal
}

interface Copying extends Limits {
  bytes: number
}

const atOnce = 16

/**
 * Copies an open folder, so that what somebody swaps in it meanwhile (a file or a folder for a link) leads nowhere else: buildx lists a folder
 * and then opens its files by path, through links (fsutil.fs.Open), and would send files of the host. Here each entry is opened from the
 * descriptor of the folder it is in, /proc/self/fd/N/NAME, and never through a link. FIFOs, sockets and devices are left out.
 */
export async function copyContext(from: FileHandle, to: string, limits: Limits): Promise<void> {
  await copyFolder(from, to, '', { ...limits, bytes: 0 })
}

async function copyFolder(from: FileHandle, to: string, path: string, copying: Copying): Promise<void> {
  const { dev, ino, mode, atime, mtime } = await from.stat()
  if (dev === copying.own.dev && ino === copying.own.ino) return
  await mkdir(to)
  const entries = await readdir(`/proc/self/fd/${from.fd}`, { withFileTypes: true })
  const [folders, others] = [entries.filter((entry) => entry.isDirectory()), entries.filter((entry) => !entry.isDirectory())]
  const copy = (entry: Dirent) => copyEntry(entry, { from, to, path: path === '' ? entry.name : `${path}/${entry.name}` }, copying)
  for (let at = 0; at < others.length; at += atOnce) await Promise.all(others.slice(at, at + atOnce).map(copy))
  for (const folder of folders) await copy(folder)
  await chmod(to, (mode & 0o7777) | 0o700)
  await utimes(to, atime, mtime)
}

async function copyEntry(entry: Dirent, { from, to, path }: { from: FileHandle; to: string; path: string }, copying: Copying): Promise<void> {
  copying.signal.throwIfAborted()
  if (copying.leftOut(path)) return
  const [source, copy] = [`/proc/self/fd/${from.fd}/${entry.name}`, join(to, entry.name)]
  if (entry.isSymbolicLink()) return copyLink(source, copy)
  if (!entry.isFile() && !entry.isDirectory()) return
  const opened = await openHere(source, path)
  try {
    if (opened === null) return
    if ((await opened.stat()).isDirectory()) await copyFolder(opened, copy, path, copying)
    else await copyRegular(opened, copy, copying)
  } finally {
    await opened?.close()
  }
}

async function copyRegular(from: FileHandle, to: string, copying: Copying): Promise<void> {
  const stat = await from.stat()
  if (!stat.isFile()) return
  copying.bytes += stat.size
  if (copying.bytes > copying.most) throw tooLarge(copying.most)
  await copyFile(`/proc/self/fd/${from.fd}`, to, constants.COPYFILE_FICLONE)
  await utimes(to, stat.atime, stat.mtime)
}

/** A link stays one: the build follows it within its context. */
async function copyLink(from: string, to: string): Promise<void> {
  const found = await Promise.all([readlink(from), lstat(from)]).catch(() => null)
  if (found === null) return
  const [target, { atime, mtime }] = found
  await symlink(target, to)
  await lutimes(to, atime, mtime)
}

/** null: it is gone by now, or something else. */
async function openHere(path: string, name: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO' || code === 'ENODEV') return null
    throw new DeployError('build_failed', `${name} in the build context cannot be read (${code})`, {
      cause,
      fix: 'Make it readable for Torii, or name it in .dockerignore.',
    })
  }
}

function tooLarge(most: number): DeployError {
  return new DeployError('build_failed', `the build context is larger than ${most / 1024 ** 3} GiB`, {
    fix: 'Name what the build does not need in .dockerignore, each folder on a line of its own, or build from a smaller folder.',
  })
}
