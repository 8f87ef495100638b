import { closeSync, constants, existsSync, openSync, readlinkSync, realpathSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isInside } from './inside.ts'

/** Where something may lie, by real path. */
export interface Allowed {
  folder: string
  /** Torii's own folders, which may lie in it. */
  except?: string[]
}

/** What was opened lies elsewhere. */
export class OutsideFolder extends Error {
  constructor() {
    super('it leads outside the folder')
    this.name = 'OutsideFolder'
  }
}

/** A FIFO or a terminal is opened at once: what it is can be looked at then. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY
const isTold = existsSync('/proc/self/fd')

/**
 * Opens a file or a folder to read. Opened first, then looked at: a path says where it leads now, the kernel where that lies which was opened,
 * and a link swapped in between changes nothing of it (Linux; elsewhere the path is asked again). `allowed` null: it may lie anywhere; `more`:
 * flags of open(2). Rejects with OutsideFolder, and with what open rejects with.
 */
export async function openInside(path: string, allowed: Allowed | null, more = 0): Promise<FileHandle> {
  const file = await open(path, flags | more)
  try {
    checkInside(file.fd, path, allowed)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** As `openInside`, at once; answers a file descriptor. */
export function openInsideNow(path: string, allowed: Allowed): number {
  const file = openSync(path, flags)
  try {
    checkInside(file, path, allowed)
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}

function checkInside(file: number, path: string, allowed: Allowed | null): void {
  if (allowed === null) return
  const { folder, except = [] } = allowed
  const real = isTold ? readlinkSync(`/proc/self/fd/${file}`) : realpathSync(path)
  const own = except.some((each) => isInside(each, real) && !isInside(each, folder))
  if (own || !isInside(folder, real)) throw new OutsideFolder()
}
