import { randomBytes } from 'node:crypto'
import { chmod, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import { ownerOf, placeFirst } from '../files/place-file.ts'
import { keyBytes } from './vault.ts'

/** What this room needs of pino. */
export interface Log {
  warn(facts: object, message: string): void
}

/**
 * The key that the record is encrypted with, from a file beside it, readable for its owner only. Made where there is none and nothing is
 * encrypted yet. Rejects with state_unusable.
 */
export async function readOrMakeKey(path: string, { isNeeded, log }: { isNeeded: boolean; log: Log }): Promise<Uint8Array> {
  const found = await keyIn(path, log)
  if (found !== null) return found
  if (isNeeded)
    throw new DeployError('state_unusable', `${path} is gone, and the record is encrypted with it`, {
      fix: 'Put a copy of the key back. Without one, move the database away too and deploy anew: what it holds cannot be read.',
    })
  return made(path, log)
}

/** null: there is none. */
async function keyIn(path: string, log: Log): Promise<Uint8Array | null> {
  try {
    const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64')
    await closeToOthers(path, log)
    if (key.length === keyBytes) return key
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new DeployError('state_unusable', `${path} cannot be read (${message})`, { cause: error })
  }
  throw new DeployError('state_unusable', `${path} holds no key`, { fix: 'Put a copy of the key back: the record is encrypted with it.' })
}

async function closeToOthers(path: string, log: Log): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  await chmod(path, 0o600)
  log.warn({ path, mode: (mode & 0o777).toString(8) }, 'others could read the key of the record; if they are not trusted, change the secrets in it')
}

/** On the disk before anything is encrypted with it. Of two that start at once the first one's key is both their key. */
async function made(path: string, log: Log): Promise<Uint8Array> {
  const key = randomBytes(keyBytes)
  const first = await placeFirst(path, `${key.toString('base64')}\n`, await ownerOf(dirname(path)))
  return first ? key : ((await keyIn(path, log)) ?? key)
}
