import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const composeName = /^(docker-)?compose\.ya?ml$/
/** Of others, or made by a build. */
const skipped = /^(node_modules|vendor|venv|__pycache__)$|^\./
const deepest = 12

/**
 * What an argument means: a Compose file; a folder that has one; or every folder below it that has one. Empty: there is none. Links are not
 * followed on the way down.
 */
export async function findSubjects(path: string): Promise<string[]> {
  const stats = await stat(path)
  if (!stats.isDirectory()) return [path]
  if ((await readdir(path)).some((name) => composeName.test(name))) return [path]
  return below(path, 0)
}

async function below(folder: string, depth: number): Promise<string[]> {
  if (depth > deepest) return []
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const here = depth > 0 && entries.some((entry) => composeName.test(entry.name) && !entry.isDirectory()) ? [folder] : []
  const folders = entries.filter((entry) => entry.isDirectory() && !skipped.test(entry.name)).map(({ name }) => name)
  const found: string[] = []
  for (const name of folders.toSorted()) found.push(...(await below(join(folder, name), depth + 1)))
  return [...here, ...found]
}
