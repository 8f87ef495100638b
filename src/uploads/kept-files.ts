import type { Dirent } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Upload } from '../deploy/record.ts'
import type { Log } from '../deploy/tools.ts'
import { flushFolder, flushTree } from '../files/flush.ts'

/** An upload as it lies on the disk. */
export interface Kept extends Upload {
  /** Wall-clock ms. */
  expires: number
  owner: string
}

/** Where one lies: `tree` is what was unpacked, `upload.json` is written last and says that it is whole. */
export interface KeptFiles {
  /** Makes the folder to unpack into. */
  begin(id: string): Promise<string>
  /** It is whole. */
  complete(kept: Kept): Promise<void>
  /** All that are whole; what is left of others is removed, and logged where it cannot be. */
  all(): Promise<Kept[]>
  remove(id: string): Promise<void>
  /** The folder that is the extension: the tree, or the one folder in it. */
  root(id: string): Promise<string>
}

const composeFile = /^(docker-)?compose\.ya?ml$/

export function createKeptFiles(home: string, log: Pick<Log, 'warn'>): KeptFiles {
  const uploads = join(home, 'uploads')
  const tree = (id: string) => join(uploads, id, 'tree')
  const remove = async (id: string) => {
    // First what says that it is whole: a process that is killed in the middle leaves nothing that could be taken for an upload.
    await rm(join(uploads, id, 'upload.json'), { force: true })
    await rm(join(uploads, id), { recursive: true, force: true })
  }
  const isIn = async (id: string): Promise<Kept | null> => {
    const text = await readFile(join(uploads, id, 'upload.json'), 'utf8').catch(() => '')
    return parsed(text)
  }
  return {
    begin: async (id) => {
      await mkdir(tree(id), { recursive: true, mode: 0o700 })
      return tree(id)
    },
    complete: async (kept) => {
      // A power cut leaves all of it or nothing that could be taken for it: what is deployed is what was sent.
      await flushTree(tree(kept.id))
      const draft = join(uploads, kept.id, '.upload.json')
      await writeFile(draft, JSON.stringify(kept), { mode: 0o600, flush: true })
      await rename(draft, join(uploads, kept.id, 'upload.json'))
      await flushFolder(join(uploads, kept.id))
      await flushFolder(uploads)
    },
    all: async () => {
      const found: Kept[] = []
      for (const id of await readdir(uploads).catch(() => [])) {
        const kept = await isIn(id)
        if (kept !== null) found.push(kept)
        else await remove(id).catch((err) => log.warn({ upload: id, err }, 'what is left of an upload could not be removed'))
      }
      return found
    },
    remove,
    root: async (id) => rootOf(tree(id), await readdir(tree(id), { withFileTypes: true })),
  }
}

/** null: what was written of it was cut short. */
function parsed(text: string): Kept | null {
  try {
    return JSON.parse(text) as Kept | null
  } catch {
    return null
  }
}

/** `tar cf - shop` has the folder around its files, `tar -C shop -cf - .` has not. */
function rootOf(tree: string, entries: Dirent[]): string {
  const [only, ...more] = entries
  if (entries.some(({ name }) => composeFile.test(name)) || more.length > 0 || !only?.isDirectory()) return tree
  return join(tree, only.name)
}
