import { chmod, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ownerOf, placeFirst } from './place-file.ts'

/** What those who keep such files need of pino. */
export interface Log {
  warn(facts: object, message: string): void
}

/** How somebody is told that others could read a file until now. */
interface Told {
  log: Log
  message: string
}

/** Text of a file that is for its owner's eyes only; null: there is none. One that others could read is closed to them, and that is said. */
export async function readPrivate(path: string, told: Told): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text !== null) await closeToOthers(path, told)
  return text
}

/**
 * Makes a file for its owner's eyes only, and answers its text: of two that make it at once the first one's is both theirs. It is on the disk once
 * this resolves. Rejects where it is there and cannot be read: what is in no file may not be used.
 */
export async function makePrivate(path: string, text: string): Promise<string> {
  return (await placeFirst(path, text, await ownerOf(dirname(path)))) ? text : readFile(path, 'utf8')
}

async function closeToOthers(path: string, { log, message }: Told): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  await chmod(path, 0o600)
  log.warn({ path, mode: (mode & 0o777).toString(8) }, message)
}
