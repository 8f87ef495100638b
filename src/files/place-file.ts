import { chown, link, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Traefik runs as the owner of the state folder, so whatever it reads belongs to that owner. */
export interface Owner {
  uid: number
  gid: number
}

/** Makes the state folder when it is missing. */
export async function ownerOf(home: string): Promise<Owner> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const { uid, gid } = await stat(home)
  return { uid, gid }
}

export async function makeFolder(path: string, owner: Owner): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await give(path, owner)
}

/** Replaces a file as a whole: a reader, or whoever comes after a kill -9, sees the old one or the new one. */
export async function placeFile(path: string, text: string, owner: Owner, folder = dirname(path)): Promise<void> {
  await throughDraft(folder, text, owner, (draft) => rename(draft, path), false)
}

/** Like `placeFile`, but whoever was first wins, also over a power cut; false: there was one already. */
export async function placeFirst(path: string, text: string, owner: Owner): Promise<boolean> {
  try {
    await throughDraft(dirname(path), text, owner, (draft) => link(draft, path), true)
    await flushFolder(dirname(path))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

let drafts = 0

async function throughDraft(folder: string, text: string, owner: Owner, place: (draft: string) => Promise<void>, flush: boolean): Promise<void> {
  const draft = join(folder, `.draft-${process.pid}-${++drafts}`)
  try {
    await writeFile(draft, text, { mode: 0o600, flush })
    await give(draft, owner)
    await place(draft)
  } finally {
    await rm(draft, { force: true })
  }
}

/** A file's own flush writes its content, not its entry in the folder (fsync(2)). */
async function flushFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

async function give(path: string, owner: Owner): Promise<void> {
  if (process.getuid?.() === 0 && owner.uid !== 0) await chown(path, owner.uid, owner.gid)
}
