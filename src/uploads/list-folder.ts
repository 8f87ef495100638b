import type { Stats } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listed } from '../deploy/words.ts'
import { partsOf } from './entry-name.ts'
import { createEntryTree } from './entry-tree.ts'
import { ignoredBy } from './ignored.ts'
import { defaultShape, quoted, refused } from './refused.ts'
import type { Entry } from './tar-writer.ts'

/** What stands in a folder and cannot be sent. */
interface Listing {
  entries: Entry[]
  /** Links and other things, by name. */
  foreign: string[]
}

/**
 * What of a folder is sent: its files and folders below `as`, sorted, without .git and what its .toriiignore names. Rejects with
 * upload_refused for what the control plane would refuse by its name or kind, naming it.
 */
export async function listFolder(folder: string, as: string): Promise<Entry[]> {
  const ignored = ignoredBy(await readFile(join(folder, '.toriiignore'), 'utf8').catch(() => ''))
  const listing: Listing = { entries: [], foreign: [] }
  await list(folder, '', ignored, listing)
  refuseForeign(listing.foreign)
  const entries = listing.entries.map((entry) => ({ ...entry, name: `${as}/${entry.name}` }))
  const tree = createEntryTree(defaultShape)
  for (const { name, is } of entries) tree.add(partsOf(name, defaultShape.depth), is)
  return entries
}

async function list(folder: string, below: string, ignored: (path: string) => boolean, listing: Listing): Promise<void> {
  for (const name of (await readdir(folder)).toSorted()) {
    const path = below === '' ? name : `${below}/${name}`
    if (ignored(path)) continue
    const found = await lstat(join(folder, name))
    const entry = entryOf(path, join(folder, name), found)
    if (entry === null) listing.foreign.push(`${quoted(path)} (${kindOf(found)})`)
    else listing.entries.push(entry)
    if (entry?.is === 'folder') await list(join(folder, name), path, ignored, listing)
  }
}

function entryOf(name: string, path: string, found: Stats): Entry | null {
  if (!found.isFile() && !found.isDirectory()) return null
  const is = found.isFile() ? 'file' : 'folder'
  return { name, path, is, size: is === 'file' ? found.size : 0, isExecutable: (found.mode & 0o111) !== 0, mtime: found.mtimeMs / 1000 }
}

function kindOf(found: Stats): string {
  if (found.isSymbolicLink()) return 'a symbolic link'
  if (found.isFIFO()) return 'a FIFO'
  return found.isSocket() ? 'a socket' : 'a device'
}

function refuseForeign(foreign: string[]): void {
  if (foreign.length === 0) return
  const names = foreign.length > 5 ? `${foreign.slice(0, 5).join(', ')} and ${foreign.length - 5} more` : listed(foreign)
  throw refused(`would have what is neither a file nor a folder: ${names}`, 'Put a copy where a link is, or leave it out by a line in .toriiignore.')
}
