import type { Dirent } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Upload } from '../deploy/record.ts'

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
  /** All that are whole; what is left of others is removed. */
  all(): Promise<Kept[]>
  remove(id: string): Promise<void>
  /** The folder that is the extension: the tree, or the one folder in it. */
  root(id: string): Promise<string>
}

const composeFile = /^(docker-)?compose\.ya?ml$/

export function createKeptFiles(home: string): KeptFiles {
  const uploads = join(home, 'uploads')
  const tree = (id: string) => join(uploads, id, 'tree')
  const remove = async (id: string) => {
    // First what says that it is whole: a process that is killed in the middle leaves nothing that could be taken for an upload.
    await rm(join(uploads, id, 'upload.json'), { force: true })
    await rm(join(uploads, id), { recursive: true, force: true })
  }
  const read = async (id: string): Promise<Kept | null> => {
    const text = await readFile(join(uploads, id, 'upload.json'), 'utf8').catch(() => null)
    return text === null ? null : (JSON.parse(text) as Kept)
  }
  return {
    begin: async (id) => {
      await mkdir(tree(id), { recursive: true, mode: 0o700 })
      return tree(id)
    },
    complete: async (kept) => {
      const draft = join(uploads, kept.id, '.upload.json')
      await writeFile(draft, JSON.stringify(kept), { mode: 0o600 })
      await rename(draft, join(uploads, kept.id, 'upload.json'))
    },
    all: async () => {
      const found: Kept[] = []
      for (const id of await readdir(uploads).catch(() => [])) {
        const kept = await read(id)
        if (kept === null) await remove(id)
        else found.push(kept)
      }
      return found
    },
    remove,
    root: async (id) => rootOf(tree(id), await readdir(tree(id), { withFileTypes: true })),
  }
}

/** `tar cf - shop` has the folder around its files, `tar -C shop -cf - .` has not. */
function rootOf(tree: string, entries: Dirent[]): string {
  const [only, ...more] = entries
  if (entries.some(({ name }) => composeFile.test(name)) || more.length > 0 || !only?.isDirectory()) return tree
  return join(tree, only.name)
}
