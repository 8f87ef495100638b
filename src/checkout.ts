import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder with package.json above this code, bundled or not; null: there is none. */
export function checkoutFolder(from: string = import.meta.dirname): string | null {
  if (existsSync(join(from, 'package.json'))) return from
  return dirname(from) === from ? null : checkoutFolder(dirname(from))
}
