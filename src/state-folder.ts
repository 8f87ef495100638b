import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DeployError } from './deploy/failure.ts'
import { makePrivate } from './files/private-file.ts'
import { oneLine } from './text/one-line.ts'

/**
 * Makes the state folder (0700) where it is missing, and answers the instance id in it: it marks everything of ours in the engine.
 * Rejects with state_unusable, with disk_full for a full disk.
 */
export async function prepareStateFolder(home: string): Promise<{ instance: string }> {
  try {
    return await prepared(home)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error.code === 'ENOSPC') throw error
    throw new DeployError('state_unusable', oneLine(error.message, 300), { cause: error })
  }
}

async function prepared(home: string): Promise<{ instance: string }> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  await chmod(home, 0o700)
  const before = await instanceIn(home)
  return { instance: before ?? (await makePrivate(join(home, 'instance'), `${randomBytes(6).toString('hex')}\n`)).trim() }
}

/** null: this state folder has none yet. */
export async function instanceIn(home: string): Promise<string | null> {
  const text = await readFile(join(home, 'instance'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text?.trim() === '')
    throw new DeployError('state_unusable', `${join(home, 'instance')} is empty`, { fix: 'Put a copy of it back: it marks what is yours in the engine.' })
  return text === null ? null : text.trim()
}
