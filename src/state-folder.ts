import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes the state folder (0700) where it is missing, and answers the instance id in it: it marks everything of ours in the engine. */
export async function prepareStateFolder(home: string): Promise<{ instance: string }> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  await chmod(home, 0o700)
  return { instance: (await instanceIn(home)) ?? (await makeInstance(home)) }
}

/** null: this state folder has none yet. */
export async function instanceIn(home: string): Promise<string | null> {
  const text = await readFile(join(home, 'instance'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return text === null ? null : text.trim()
}

/** Written aside and linked: of two that start at once, the first one's id is both their id. */
async function makeInstance(home: string): Promise<string> {
  const draft = join(home, `.instance-${randomBytes(4).toString('hex')}`)
  const id = randomBytes(6).toString('hex')
  await writeFile(draft, `${id}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, join(home, 'instance'))
    return id
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await instanceIn(home)) ?? id
  } finally {
    await rm(draft, { force: true })
  }
}
