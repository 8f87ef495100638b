import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import { type Log, makePrivate, readPrivate } from '../files/private-file.ts'

const bytes = 32
const open = 'others could read the token; if they are not trusted, remove it and start again'

/** The token of this state folder, made when there is none: 256 random bits, readable for its owner only. Rejects with state_unusable. */
export async function readOrMakeToken(home: string, log: Log): Promise<string> {
  const path = join(home, 'token')
  const found = await readPrivate(path, { log, message: open })
  const token = (found ?? (await makePrivate(path, `${randomBytes(bytes).toString('base64url')}\n`))).trim()
  if (/^[\w-]{20,}$/.test(token)) return token
  throw new DeployError('state_unusable', `${path} holds no token`, { fix: 'Remove that file and `torii up`: a new one is made.' })
}
