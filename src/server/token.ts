import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What this room needs of pino. */
interface Log {
  warn(facts: object, message: string): void
}

const bytes = 32

/** The token of this state folder, made when there is none: 256 random bits, readable for its owner only. */
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
  throw new Error(`${path} holds no token: remove it, and a new one is made`)
}

async function closeToOthers(path: string, log: Log): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  await chmod(path, 0o600)
  log.warn({ path, mode: (mode & 0o777).toString(8) }, 'others could read the token; if they are not trusted, remove it and start again')
}

/** Written aside and linked: of two that start at once the first one's token is both their token, and a half one is never seen. */
async function made(home: string, path: string, log: Log): Promise<string> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const token = randomBytes(bytes).toString('base64url')
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    await writeThrough(draft, `${token}\n`)
    await link(draft, path)
    return token
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await present(path, log)) ?? token
  } finally {
    await rm(draft, { force: true })
  }
}

async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
