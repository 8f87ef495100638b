import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { chmod, chown, type FileHandle, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import type { RevisionRef, Source } from '../deploy/record.ts'
import { copyTree, type TreeSize, TreeTooLarge, UnreadableEntry } from '../files/copy-tree.ts'
import { flushTree } from '../files/flush.ts'
import { OutsideFolder, openInside } from '../files/open-inside.ts'
import { cleanText } from '../text/clean.ts'
import { type CopiedBind, copiedBinds, copiesFolder, copyName } from './copied-binds.ts'
import { draftOf } from './draft.ts'
import { flushNames } from './flush-names.ts'
import { notOpened } from './read-limited.ts'
import type { World } from './world.ts'

/** What the copies of one revision are made with. */
interface Copying {
  source: Source
  world: World
  signal: AbortSignal
  /** What they have by now, together. */
  seen: TreeSize
}

/** Of one revision: as many as a folder with its packages installed. */
const mostEntries = 100_000
const never = new AbortController().signal

/**
 * Copies what containers mount of the folder (`copiedBinds`) into the revision's own. A copy is whole or not there, and one that is there is
 * not made again: whoever goes on after a killed process does not read the folder again. When it resolves they are on the disk. Rejects with policy_denied where something leads
 * out of the folder by now, with compose_invalid for what is too large, unreadable, or neither file nor folder.
 */
export async function copyMounts(resolved: string, ref: RevisionRef, source: Source, world: World, signal: AbortSignal): Promise<void> {
  const binds = bindsOf(resolved, ref, source, world)
  if (binds.length === 0) return
  const folder = copiesFolder(world.config, ref)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const there = await readdir(folder)
  // Of a process that was killed.
  for (const draft of there.filter((name) => name.startsWith('.'))) await rm(join(folder, draft), { recursive: true, force: true })
  const missing = binds.filter((bind) => !there.includes(copyName(bind.source)))
  if (missing.length === 0) return
  const copying = { source, world, signal, seen: { bytes: 0, entries: 0 } }
  for (const bind of missing) await copyWhole(bind, folder, copying)
  await flushNames(folder, world.config, ref)
}

/** Refuses, before anything is recorded, what could not be copied later. */
export async function checkMountSizes(resolved: string, ref: RevisionRef, source: Source, world: World): Promise<void> {
  const copying = { source, world, signal: never, seen: { bytes: 0, entries: 0 } }
  for (const bind of bindsOf(resolved, ref, source, world))
    await withOpened(bind, copying, async (opened) => {
      if (opened !== null) await copyOpened(opened, null, bind, copying)
    })
}

/** Most mount nothing of their folder: then no rule is asked. */
function bindsOf(resolved: string, ref: RevisionRef, source: Source, world: World): CopiedBind[] {
  if (copiedBinds(world.parse(resolved), source).size === 0) return []
  return [...copiedBinds(draftOf(resolved, source, ref, world), source).values()]
}

async function copyWhole(bind: CopiedBind, folder: string, copying: Copying): Promise<void> {
  const draft = join(folder, `.${randomBytes(6).toString('hex')}`)
  try {
    await withOpened(bind, copying, async (opened) => {
      // As the engine would: a new, empty folder.
      if (opened === null) await mkdir(draft, { mode: 0o755 })
      else await copyOpened(opened, draft, bind, copying)
    })
    await flushTree(draft, copying.signal)
    await rename(draft, join(folder, copyName(bind.source)))
  } catch (error) {
    await rm(draft, { recursive: true, force: true, maxRetries: 5 })
    throw error
  }
}

async function withOpened(bind: CopiedBind, copying: Copying, use: (opened: FileHandle | null) => Promise<void>): Promise<void> {
  const opened = await openBind(bind, copying)
  try {
    if (opened !== null) await checkKind(opened, bind, copying)
    await use(opened)
  } finally {
    await opened?.close()
  }
}

/** null: it is not there. */
async function openBind(bind: CopiedBind, copying: Copying): Promise<FileHandle | null> {
  const { source, world } = copying
  return openInside(bind.source, { folder: source.folder, except: [world.look(world.config.home).real] }).catch((error: unknown) => {
    if (error instanceof OutsideFolder) throw notOpened(`volumes: ${shown(bind, source)}`, error)
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw refused(bind, copying, `which cannot be read by Torii (${code})`, 'Make it readable for the user that Torii runs as.')
  })
}

async function checkKind(opened: FileHandle, bind: CopiedBind, copying: Copying): Promise<void> {
  const found = await opened.stat()
  if (found.isFile() || found.isDirectory()) return
  throw refused(bind, copying, 'which is neither a file nor a folder', 'Mount a file or a folder: a socket, a FIFO or a device has no place in an extension.')
}

async function copyOpened(from: FileHandle, to: string | null, bind: CopiedBind, copying: Copying): Promise<void> {
  const { config } = copying.world
  const own = await stat(config.home).catch(() => ({ dev: -1, ino: -1 }))
  const isFirst = copying.seen.bytes === 0 && copying.seen.entries === 0
  const limits = { most: { bytes: config.mountLimit, entries: mostEntries }, seen: copying.seen }
  await copyTree(from, to, { own, ...limits, dress, signal: copying.signal }).catch((error: unknown) => {
    if (error instanceof TreeTooLarge) throw tooLarge(error, bind, copying, isFirst)
    throw error instanceof UnreadableEntry ? unreadable(error, bind, copying) : error
  })
}

/**
 * As it was, but for set-user-ID bits, and for folders that could not be removed again. Where the owner cannot be kept everybody may do what
 * the owner might: the container's user is not ours, and nobody else gets to the copies, which lie in a folder of mode 0700.
 */
async function dress(copy: string, { mode, uid, gid }: Stats): Promise<void> {
  const isFolder = (mode & constants.S_IFMT) === constants.S_IFDIR
  const isKept = (await chowned(copy, uid, gid)) || uid === process.getuid?.()
  const wide = isKept ? mode : mode | ((mode & 0o700) >> 6) | constants.S_IRUSR
  await chmod(copy, isFolder ? (wide & 0o1777) | 0o700 : wide & 0o777)
}

async function chowned(path: string, uid: number, gid: number): Promise<boolean> {
  return chown(path, uid, gid).then(
    () => true,
    () => false,
  )
}

/** `alone`: nothing else was copied before it. */
function tooLarge({ of }: TreeTooLarge, bind: CopiedBind, copying: Copying, alone: boolean): DeployError {
  const limit = copying.world.config.mountLimit / 1024 ** 2
  const found = of === 'bytes' ? `larger than ${limit} MiB` : `more than ${mostEntries} files and folders`
  const clause = alone ? `which ${of === 'bytes' ? 'is' : 'has'} ${found}` : `and with what else is mounted that is ${found}`
  const raise = of === 'bytes' ? ', or give TORII_MOUNT_LIMIT more MiB' : ''
  const less = alone ? 'Mount a smaller folder' : 'Mount less, and a folder that lies in a mounted one from there'
  return refused(bind, copying, `${clause}: as much as Torii copies`, `${less}, or put the data into a named volume${raise}.`)
}

function unreadable({ path, code }: UnreadableEntry, bind: CopiedBind, copying: Copying): DeployError {
  const fix = 'Make it readable for the user that Torii runs as, or mount only what is needed.'
  return refused(bind, copying, `and ${path === '' ? 'it' : `${path} in it`} cannot be read by Torii (${code})`, fix)
}

function refused(bind: CopiedBind, { source }: Copying, why: string, fix: string): DeployError {
  const detail = cleanText(`${bind.service} mounts ${shown(bind, source)} at ${bind.target}, ${why}`, { max: 400 })
  return new DeployError('compose_invalid', detail, { service: bind.service, fix })
}

function shown({ source: path }: CopiedBind, { folder }: Pick<Source, 'folder'>): string {
  return path.startsWith(`${folder}/`) ? `./${path.slice(folder.length + 1)}` : path === folder ? '.' : path
}
