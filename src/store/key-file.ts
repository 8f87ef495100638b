import { randomBytes } from 'node:crypto'
import { DeployError } from '../deploy/failure.ts'
import { type Log, makePrivate, readPrivate } from '../files/private-file.ts'
import { keyBytes } from './vault.ts'

const open = 'others could read the key of the record; if they are not trusted, change the secrets in it'

/**
 * The key that the record is encrypted with, from a file beside it, readable for its owner only. Made where there is none and nothing is
 * encrypted yet: on the disk before anything is encrypted with it. Rejects with state_unusable.
 */
export async function readOrMakeKey(path: string, { isNeeded, log }: { isNeeded: boolean; log: Log }): Promise<Uint8Array> {
  const found = await reading(path, () => readPrivate(path, { log, message: open }))
  if (found !== null) return keyIn(found, path)
  if (isNeeded)
    throw new DeployError('state_unusable', `${path} is gone, and the record is encrypted with it`, {
      fix: 'Put a copy of the key back. Without one, move the database away too and deploy anew: what it holds cannot be read.',
    })
  return keyIn(await reading(path, () => makePrivate(path, `${randomBytes(keyBytes).toString('base64')}\n`)), path)
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw new DeployError('state_unusable', `${path} cannot be read (${(error as Error).message})`, { cause: error })
  }
}

function keyIn(text: string, path: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length === keyBytes) return key
  throw new DeployError('state_unusable', `${path} holds no key`, { fix: 'Put a copy of the key back: the record is encrypted with it.' })
}
