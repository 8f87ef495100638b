import { randomBytes } from 'node:crypto'
import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import { ownerOf, placeFirst } from '../files/place-file.ts'

/** What this room needs of pino. */
interface Log {
  warn(facts: object, message: string): void
}

const bytes = 32

/** The token of this state folder, made when there is none: 256 random bits, readable for its owner only. Rejects with state_unusable. */
export async function readOrMakeToken(home: string, log: Log): Promise<string> {
  const path = join(home, 'token')
  return (await present(path, log)) ?? (await made(home, path, log))
}

/** null: there is none. */
async function present(path: string, log: Log): Promise<string | null> {
  try {
    const token = (await readFile(path, 'utf8')).trim()
    await closeToOthers(path, log)
    if (/^[\w-]{20,}$/.test(token)) return token
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  throw new DeployError('state_unusable', `${path} holds no token`, { fix: 'Remove that file and `torii up`: a new one is made.' })
}

async function closeToOthers(path: string, log: Log): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  await chmod(path, 0o600)
  log.warn({ path, mode: (mode & 0o777).toString(8) }, 'others could read the token; if they are not trusted, remove it and start again')
}

/** Of two that start at once the first one's token is both their token. */
async function made(home: string, path: string, log: Log): Promise<string> {
  const token = randomBytes(bytes).toString('base64url')
  const first = await placeFirst(path, `${token}\n`, await ownerOf(home))
  return first ? token : ((await present(path, log)) ?? token)
}
