import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { type FileHandle, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import type { Build } from '../deploy/plan.ts'
import { OutsideFolder, openInside } from '../files/open-inside.ts'
import { writeBuildLogins } from './build-logins.ts'
import { copyContext } from './copy-context.ts'
import { plainlyIgnored } from './plainly-ignored.ts'
import type { LoginPlaces } from './registry-login.ts'

/** What one run of buildx reads. */
export interface BuildFiles {
  context: string
  dockerfile: string
  /** Docker's configuration, with the logins of registries. */
  configFolder: string
}

/** As much as a copy of a context may take of the disk. */
const mostBytes = 4 * 1024 ** 3

/**
 * Copies what a build reads into a folder of ours, which nobody else can change while buildx reads it. Without /proc, on macOS, the context is
 * read where it is.
 */
export async function withBuildFiles<T>(
  build: Build,
  { home, logins }: { home: string; logins: LoginPlaces },
  signal: AbortSignal,
  use: (files: BuildFiles) => Promise<T>,
): Promise<T> {
  const folder = await ownFolder(join(home, 'builds'))
  try {
    await writeDockerfile(build, folder)
    const context = existsSync('/proc/self/fd') ? await copied(build, folder, home, signal) : build.context
    return await use({ context, dockerfile: join(folder, 'Dockerfile'), configFolder: await writeBuildLogins(folder, logins) })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Named for this process. */
async function ownFolder(builds: string): Promise<string> {
  await mkdir(builds, { recursive: true, mode: 0o700 })
  await sweep(builds)
  return mkdtemp(join(builds, `${process.pid}-`))
}

/** A server that was killed while it built leaves its copy of somebody's files. */
export async function sweepBuilds(home: string): Promise<void> {
  await sweep(join(home, 'builds'))
}

async function sweep(builds: string): Promise<void> {
  const names = await readdir(builds).catch(() => [])
  for (const name of names) if (!isAlive(Number.parseInt(name, 10))) await rm(join(builds, name), { recursive: true, force: true })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** With the file beside it that BuildKit prefers to .dockerignore. */
async function writeDockerfile({ dockerfile, dockerfileText, dockerignore }: Build, folder: string): Promise<void> {
  if (dockerfileText === null) {
    throw new DeployError('build_failed', `there is no ${dockerfile ?? 'Dockerfile'} in the build context`, {
      fix: 'Correct `build.context` or `build.dockerfile` in the Compose file, or add the file.',
    })
  }
  await writeFile(join(folder, 'Dockerfile'), dockerfileText)
  if (dockerignore !== null) await writeFile(join(folder, 'Dockerfile.dockerignore'), dockerignore)
}

async function copied(build: Build, folder: string, home: string, signal: AbortSignal): Promise<string> {
  const to = join(folder, nameOf(build))
  const context = await openContext(build, home)
  try {
    const ignored = build.dockerignore ?? (await readFile(`/proc/self/fd/${context.fd}/.dockerignore`, 'utf8').catch(() => ''))
    await copyContext(context, to, { leftOut: plainlyIgnored(ignored), own: await stat(home), most: mostBytes, signal })
  } finally {
    await context.close()
  }
  return to
}

/**
 * A name of its own for each context. BuildKit takes files from a context of the same name that it has seen, where their size and times are
 * the same (buildx's SharedKey, fsutil's diff): another deployment's, if it had the same one.
 */
function nameOf({ within, context }: Build): string {
  return createHash('sha256')
    .update(`${within ?? ''}\0${context}`)
    .digest('hex')
    .slice(0, 32)
}

async function openContext({ context, within }: Build, home: string): Promise<FileHandle> {
  const allowed = within === null ? null : { folder: within, except: [await realpath(home)] }
  return openInside(context, allowed, constants.O_DIRECTORY).catch((cause: unknown) => {
    if (!(cause instanceof OutsideFolder))
      throw new DeployError('build_failed', `the build context cannot be opened (${(cause as NodeJS.ErrnoException).code})`, { cause })
    throw new DeployError('policy_denied', 'the build context leads outside the extension’s folder, or into Torii’s own', {
      fix: 'Build from a folder inside the extension.',
    })
  })
}
