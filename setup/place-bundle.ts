import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const day = 24 * 3_600_000
/** Names what belongs to the bundle that is there, so that the next one knows what it replaces. */
const list = 'files.json'

/**
 * Moves a new bundle's files from `draft` to where the last one's are, the entry last. Those that it replaces stay for a day from now:
 * a server that runs may still load one of its own.
 */
export async function placeBundle(draft: string, folder: string, now = Date.now()): Promise<void> {
  await mkdir(folder, { recursive: true })
  const replaced = await filesOf(folder)
  const fresh = (await readdir(draft)).sort((a, b) => Number(a === 'cli.js') - Number(b === 'cli.js'))
  await writeFile(join(draft, list), JSON.stringify(fresh))
  for (const name of replaced) if (!fresh.includes(name)) await utimes(join(folder, name), now / 1000, now / 1000).catch(() => {})
  for (const name of [list, ...fresh]) await rename(join(draft, name), join(folder, name))
  await rm(draft, { recursive: true })
  // dist/health is the library's (bundle-health.ts).
  const kept = new Set([...fresh, list, 'health'])
  for (const name of await readdir(folder)) if (!kept.has(name) && (await ageOf(join(folder, name), now)) > day) await rm(join(folder, name))
}

/** Without a list, everything: whoever placed it made none. */
async function filesOf(folder: string): Promise<string[]> {
  const all = (await readdir(folder)).filter((name) => name !== 'health')
  const text = await readFile(join(folder, list), 'utf8').catch(() => null)
  return text === null ? all : (JSON.parse(text) as string[])
}

async function ageOf(path: string, now: number): Promise<number> {
  return now - (await stat(path)).mtimeMs
}
