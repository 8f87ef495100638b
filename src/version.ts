import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkoutFolder } from './checkout.ts'

declare const TORII_BUILD: string

/** Hash of the bundle, given by the bundler; 'dev' when the sources are run. */
export const build = typeof TORII_BUILD === 'undefined' ? 'dev' : TORII_BUILD

export async function ownVersion(): Promise<string> {
  const folder = checkoutFolder()
  if (folder === null) return 'unknown'
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version?: string }
  return version ?? 'unknown'
}
