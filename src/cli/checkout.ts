import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The folder with package.json above this code, bundled or not; null: there is none. */
export function checkoutFolder(from: string = import.meta.dirname): string | null {
  if (existsSync(join(from, 'package.json'))) return from
  return dirname(from) === from ? null : checkoutFolder(dirname(from))
}

export async function ownVersion(): Promise<string> {
  const folder = checkoutFolder()
  if (folder === null) return 'unknown'
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version?: string }
  return version ?? 'unknown'
}
