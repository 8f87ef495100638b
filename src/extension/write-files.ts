import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Config } from '../config.ts'
import type { RevisionFile } from '../deploy/ports.ts'
import type { RevisionRef } from '../deploy/record.ts'
import { flushNames } from './flush-names.ts'
import { filesFolder, revisionFolder } from './world.ts'

/** Writes the revision's files, each whole or not at all; doing it twice is fine. When it resolves they are on the disk. */
export async function writeFiles(config: Pick<Config, 'home'>, ref: RevisionRef, files: RevisionFile[]): Promise<void> {
  if (files.length === 0) return
  const folder = filesFolder(config, ref)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  for (const file of files) await writeOne(folder, file)
  await flushNames(folder, config, ref)
}

/** Removes them, and the copies of what was mounted. */
export async function removeFiles(config: Pick<Config, 'home'>, ref: RevisionRef): Promise<void> {
  await rm(revisionFolder(config, ref), { recursive: true, force: true })
}

// 0444: a bind mount keeps the host's mode, and the container's user is not ours; the folder keeps everybody else out.
async function writeOne(folder: string, file: RevisionFile): Promise<void> {
  if (basename(file.path) !== file.path || file.path === '..' || file.path === '.') throw new Error(`not a plain file name: ${file.path}`)
  const draft = join(folder, `.${randomBytes(6).toString('hex')}`)
  await writeFile(draft, Buffer.from(file.content, file.encoding ?? 'utf8'), { mode: 0o444, flag: 'wx', flush: true })
  await chmod(draft, 0o444)
  await rename(draft, join(folder, file.path))
}
