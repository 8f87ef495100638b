import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { pluginFolders, programFolders, programPath } from './program-path.ts'
import { runProgram } from './run-program.ts'

export interface ComposeBinary {
  path: string
  /** Without what a distribution appends. */
  version: string
}

/** `include`, `--no-build` with `--no-start`, `develop`: what we call works from here on. */
const oldest = [2, 20] as const

/** The Compose binary, called directly: without `docker` in front it answers in half the time (64 ms instead of 131 ms). */
export async function findCompose(config: Pick<Config, 'composeBinary'>): Promise<ComposeBinary> {
  const path = await pathOf(config)
  const { ok, stdout, stderr } = await runProgram({
    file: path,
    args: ['version', '--short'],
    cwd: '/',
    env: { PATH: programPath, HOME: '/nonexistent' },
    within: 10_000,
  })
  const [, version] = /^v?(\d+\.\d+(?:\.\d+)?)/.exec(stdout.trim()) ?? []
  if (!ok || version === undefined) throw missing(`${path} does not say its version (${cleanText(stderr || stdout, { max: 200 })})`)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw missing(`${path} is Compose ${version}, and Torii needs ${oldest.join('.')} or newer`)
  return { path, version }
}

async function pathOf({ composeBinary }: Pick<Config, 'composeBinary'>): Promise<string> {
  const folders = [...pluginFolders, join(homedir(), '.docker/cli-plugins'), ...programFolders]
  const candidates = composeBinary === null ? folders.map((folder) => join(folder, 'docker-compose')) : [composeBinary]
  for (const path of candidates) if (await runs(path)) return path
  throw missing(
    composeBinary === null
      ? 'there is no Docker Compose on this machine'
      : `TORII_COMPOSE names ${cleanText(composeBinary, { max: 200 })}, which is no program`,
  )
}

async function runs(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function missing(detail: string): DeployError {
  return new DeployError('compose_unusable', detail)
}
