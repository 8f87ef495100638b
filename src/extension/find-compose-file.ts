import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import { isInside } from '../files/inside.ts'
import { cleanText } from '../text/clean.ts'
import { unreadable } from './read-limited.ts'

/** Compose's own names, in its order. */
const names = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']
const override = /^(docker-)?compose\.override\.ya?ml$/

export interface FoundFile {
  /** Real path. */
  folder: string
  /** The file directly in it: what Compose takes relative paths from. It may be a link to another file inside. */
  file: string
  notices: string[]
}

/** The folder and the Compose file that an argument means: a folder, or a file in one. */
export async function findComposeFile(path: string): Promise<FoundFile> {
  const label = cleanText(path, { max: 200 })
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(label, error)
  })
  if (stats.isDirectory()) return inFolder(await realpath(path), label)
  const folder = await realpath(dirname(path))
  return { folder, file: await inside(folder, path), notices: await overrides(folder, label) }
}

async function inFolder(folder: string, label: string): Promise<FoundFile> {
  const entries = await listing(folder, label)
  const found = names.filter((name) => entries.includes(name))
  const [name, ...others] = found
  if (name === undefined)
    throw new DeployError('compose_invalid', `there is no Compose file in ${label}`, { fix: `Add one of ${names.join(', ')}, or name the file.` })
  const ignored = others.map((other) => `${other} is ignored: ${name} comes first.`)
  return { folder, file: await inside(folder, join(folder, name)), notices: [...ignored, ...overrideNotices(entries)] }
}

async function inside(folder: string, path: string): Promise<string> {
  const file = join(folder, basename(path))
  const real = await realpath(file).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(basename(path), error)
  })
  if (!isInside(folder, real)) throw new DeployError('policy_denied', `${cleanText(basename(path))} leads outside the extension's folder`)
  return file
}

async function overrides(folder: string, label: string): Promise<string[]> {
  return overrideNotices(await listing(folder, label))
}

function overrideNotices(entries: string[]): string[] {
  return entries.filter((name) => override.test(name)).map((name) => `${name} is ignored: override files are for a developer's own machine.`)
}

async function listing(folder: string, label: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(label, error)
  })
}
