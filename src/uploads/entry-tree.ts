import { folded } from './entry-name.ts'
import { quoted, refused, type UploadLimits } from './refused.ts'

type Is = 'file' | 'folder'

interface Known {
  path: string
  is: Is
  /** By an entry of its own, not only as the folder of another. */
  named: boolean
}

/** The names that came so far: no two that are the same to any file system, no file that is a folder too. */
export interface EntryTree {
  /** Takes one entry more; answers the folders that are to be made first, outermost first. */
  add(parts: string[], is: Is): string[]
  /** Files and folders, those that no entry named included. */
  count(): number
}

const keepOne = 'Keep one of them, and send the folder again.'

export function createEntryTree({ entries }: Pick<UploadLimits, 'entries'>): EntryTree {
  const known = new Map<string, Known>()
  const put = (path: string, is: Is, named: boolean) => {
    if (known.size >= entries) throw refused(`has more than ${entries} files and folders`, 'Leave out what is not needed, by a line in .toriiignore.')
    known.set(folded(path), { path, is, named })
  }
  return {
    add(parts, is) {
      const missing: string[] = []
      for (let length = 1; length < parts.length; length++) {
        const path = parts.slice(0, length).join('/')
        const found = same(known.get(folded(path)), path)
        if (found?.is === 'file') throw refused(`has ${quoted(path)} as a file and as a folder`, keepOne)
        if (found !== undefined) continue
        put(path, 'folder', false)
        missing.push(path)
      }
      const path = parts.join('/')
      const found = same(known.get(folded(path)), path)
      if (found === undefined) {
        put(path, is, true)
        return is === 'folder' ? [...missing, path] : missing
      }
      if (found.is !== is) throw refused(`has ${quoted(path)} as a file and as a folder`, keepOne)
      if (found.named) throw refused(`has ${quoted(path)} twice`, keepOne)
      found.named = true
      return []
    },
    count: () => known.size,
  }
}

function same(found: Known | undefined, path: string): Known | undefined {
  if (found === undefined || found.path === path) return found
  throw refused(`has two names that differ only in case or in how letters are encoded: ${quoted(found.path)} and ${quoted(path)}`, keepOne)
}
