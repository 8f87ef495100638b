import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { sayUnset } from '../deploy/unset-variables.ts'
import { type ComposeBinary, findCompose } from './compose-binary.ts'
import { type Creator, createCreator } from './compose-creator.ts'
import { resolveError, warningsIn } from './compose-words.ts'
import { envFile } from './env-file.ts'
import { programPath } from './program-path.ts'
import { type Ended, type Program, runProgram } from './run-program.ts'

export interface Resolve {
  folder: string
  file: string
  project: string
  env: Record<string, string>
  profiles: string[]
}

export interface Compose {
  binary(): Promise<ComposeBinary>
  /** The resolved model as YAML (the JSON form drops services' `x-*`), and what Compose warned about. */
  config(input: Resolve): Promise<{ yaml: string; warnings: string[] }>
  /** A model will be created soon, very likely: what it takes to get ready for it is done meanwhile. */
  expectCreate(): void
  /** Networks and containers of exactly this model, nothing started. */
  create(project: string, model: string, signal: AbortSignal): Promise<void>
}

/** Bytes, for one file: a real one takes Compose 50 MB, a bomb that our own parse missed all there is (facts/compose-attacks.json). */
const mostMemory = 1024 ** 3

type Paths = Pick<Config, 'home' | 'dockerHost' | 'composeBinary'>

/** The Compose binary with an environment of ours: nothing of the caller's reaches a Compose file. */
export function createCompose(config: Paths): Compose {
  let found: Promise<ComposeBinary> | null = null
  const binary = () => {
    found ??= findCompose(config).catch((error) => {
      found = null
      throw error
    })
    return found
  }
  let made: Creator | null = null
  const creator = async () => {
    const { path } = await binary()
    const cwd = await ownFolder(config)
    made ??= createCreator({ file: path, cwd, env: { PATH: programPath, HOME: join(cwd, 'home'), DOCKER_HOST: config.dockerHost, GOMEMLIMIT: '1GiB' } })
    return made
  }
  return {
    binary,
    config: async (input) => composeConfig(config, (await binary()).path, input),
    expectCreate: () =>
      void creator().then(
        (made) => made.expect(),
        () => {},
      ),
    create: async (project, model, signal) => (await creator()).create(project, model, signal),
  }
}

async function composeConfig(config: Paths, file: string, input: Resolve): Promise<{ yaml: string; warnings: string[] }> {
  const folder = await ownFolder(config)
  const envPath = join(folder, `env-${randomUUID()}`)
  await writeFile(envPath, envFile(input.env), { mode: 0o600, flag: 'wx' })
  try {
    const args = [`--project-name=${input.project}`, `--project-directory=${input.folder}`, `--file=${input.file}`, `--env-file=${envPath}`]
    // An empty environment: whatever stands in it could be read by the file.
    const ended = await run(config, file, [...args, ...input.profiles.map((profile) => `--profile=${profile}`), 'config'], {
      env: {},
      within: 30_000,
      memory: mostMemory,
    })
    if (!ended.ok) throw sayUnset(resolveError(ended), warningsIn(ended.stderr), '')
    return { yaml: ended.stdout, warnings: warningsIn(ended.stderr) }
  } finally {
    await rm(envPath, { force: true })
  }
}

function run({ home }: Paths, file: string, args: string[], how: Pick<Program, 'env' | 'within' | 'memory'>): Promise<Ended> {
  return runProgram({ file, args, cwd: join(home, 'compose'), ...how })
}

/** A server that was killed while it resolved a file leaves its variables in clear: for when nobody resolves yet. */
export async function sweepEnvFiles({ home }: Pick<Config, 'home'>): Promise<void> {
  const folder = join(home, 'compose')
  const names = await readdir(folder).catch(() => [])
  await Promise.all(names.filter((name) => name.startsWith('env-')).map((name) => rm(join(folder, name), { force: true })))
}

/** Ours alone; `home` in it stays empty, so that no configuration of the user's is read. */
async function ownFolder({ home }: Paths): Promise<string> {
  const folder = join(home, 'compose')
  await mkdir(join(folder, 'home'), { recursive: true, mode: 0o700 })
  return folder
}
