import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pluginFolders, programFolders } from './program-path.ts'

/**
 * The buildx binary, which is called by itself: Docker looks for its plugins in their own folders only, and called without one
 * `docker buildx` says "unknown flag: --builder" (28.2.2). null: there is none.
 */
export async function findBuildx(): Promise<string | null> {
  for (const folder of [...pluginFolders, join(homedir(), '.docker/cli-plugins'), ...programFolders]) {
    const path = join(folder, 'docker-buildx')
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return null
}
