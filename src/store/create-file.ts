import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DeployError } from '../deploy/failure.ts'

/** "tori": tells our file from any other SQLite database, and from one that lost its content. */
export const applicationId = 0x746f7269

/**
 * Makes the file if there is none. It appears whole, so an empty one is never ours in the making: it is damage, and stays as it is.
 * Of two processes that do this at once one makes it and both go on. Throws a DeployError when only the file beside it is left, or the disk
 * is full.
 */
export function createFile(file: string): void {
  if (existsSync(file)) return
  // SQLite would replay it into the new file.
  if (existsSync(`${file}-wal`))
    throw new DeployError('state_unusable', `${file} is gone, but ${file}-wal is still there`, { fix: 'Put both back, or move the latter away to begin anew.' })
  const draft = `${file}.${randomUUID()}`
  try {
    writeFileSync(draft, emptyDatabase(), { mode: 0o600, flag: 'wx', flush: true })
    linkUnlessThere(draft, file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new DeployError(code === 'ENOSPC' ? 'disk_full' : 'state_unusable', `${file} cannot be made (${message})`, { cause: error })
  } finally {
    rmSync(draft, { force: true })
  }
}

/** In WAL mode from its first byte on (bytes 18 and 19, sqlite.org/fileformat.html): whoever looks at it owns it then. */
function emptyDatabase(): Uint8Array {
  const database = new DatabaseSync(':memory:')
  database.exec(`PRAGMA application_id = ${applicationId}`)
  const content = database.serialize().fill(2, 18, 20)
  database.close()
  return content
}

function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
