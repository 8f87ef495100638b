import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Compose } from './compose.ts'

/** Lets Compose create this model from a file of ours; the record keeps the model, so the file (it holds secrets) goes again. */
export async function createRevision(compose: Compose, home: string, project: string, model: string, signal: AbortSignal): Promise<void> {
  const path = await writeModel(join(home, 'revisions', project), model)
  try {
    await compose.create(project, path, signal)
  } finally {
    await rm(path, { force: true })
  }
}

async function writeModel(folder: string, model: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'model.yaml')
  await writeFile(`${path}.new`, model, { mode: 0o600 })
  await chmod(`${path}.new`, 0o600)
  await rename(`${path}.new`, path)
  return path
}
