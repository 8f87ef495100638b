import { homedir } from 'node:os'
import { execa } from 'execa'
import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import type { Build } from '../deploy/plan.ts'
import type { Progress } from '../deploy/ports.ts'
import { linesOf } from '../engine-api/lines.ts'
import { cleanText } from '../text/clean.ts'
import { type BuildCommand, buildCommand } from './build-command.ts'
import { withBuildFiles } from './build-files.ts'
import { type BuildLine, type BuildSeen, failedStep, nothingBuilt, stepsOf, withBuildLine } from './build-progress.ts'
import { findBuildx } from './buildx-binary.ts'
import { dieWithUs } from './die-with-us.ts'
import { createDocumentReader } from './json-documents.ts'
import { programPath } from './program-path.ts'
import type { LoginPlaces } from './registry-login.ts'
import { killGroup } from './run-program.ts'

type Settings = Pick<Config, 'home' | 'dockerHost' | 'pullTimeout'> & { logins: LoginPlaces }

interface Outcome {
  failed: boolean
  seen: BuildSeen
  /** What buildx said outside its JSON: a missing Dockerfile, an unknown flag. */
  words: string[]
}

/** Builds with buildx, which is called without `docker` in front where it is a plugin of its own. */
export async function buildImage(config: Settings, build: Build, tag: string, platform: string | null, progress: Progress, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const timeout = AbortSignal.timeout(config.pullTimeout)
  const ends = [signal, timeout]
  const outcome = await withBuildFiles(build, config, AbortSignal.any(ends), (files) =>
    run(config, buildCommand(build, tag, platform, files), progress, ends),
  ).catch((error: unknown) => ({ error }))
  signal.throwIfAborted()
  if (timeout.aborted) throw new DeployError('pull_timeout', `the build did not end within ${config.pullTimeout / 1000} s`)
  if ('error' in outcome) throw outcome.error
  if (outcome.failed) throw new DeployError('build_failed', sentenceOf(outcome))
}

async function run(config: Settings, command: BuildCommand, progress: Progress, ends: AbortSignal[]): Promise<Outcome> {
  const child = spawn(config, await buildx(), command)
  const kill = () => killGroup(child.pid)
  for (const end of ends) end.addEventListener('abort', kill, { once: true })
  if (ends.some((end) => end.aborted)) kill()
  try {
    const outcome = await follow(child.stderr, progress)
    const { failed, shortMessage } = await child
    return { ...outcome, failed, words: outcome.words.length > 0 ? outcome.words : [shortMessage ?? ''] }
  } finally {
    for (const end of ends) end.removeEventListener('abort', kill)
  }
}

function spawn({ dockerHost }: Settings, file: string, { args, env: given, configFolder }: BuildCommand) {
  const own = { PATH: programPath, HOME: homedir(), DOCKER_HOST: dockerHost, DOCKER_CONFIG: configFolder }
  // buildx runs git in the context for a label nobody reads (build/git.go, buildx 0.13), and git runs programs that the context's .git/config names.
  const env = { ...given, ...own, BUILDX_GIT_INFO: 'false', BUILDX_GIT_LABELS: 'false' }
  return execa(...dieWithUs(file, args), {
    cwd: '/',
    env,
    extendEnv: false,
    detached: true,
    reject: false,
    buffer: false,
    input: '',
    stdout: 'ignore',
  })
}

/** Progress comes on stderr, as JSON documents. */
async function follow(stderr: AsyncIterable<Uint8Array>, progress: Progress): Promise<Pick<Outcome, 'seen' | 'words'>> {
  const read = createDocumentReader()
  let seen = nothingBuilt
  const words: string[] = []
  for await (const line of linesOf(stderr, 1024 * 1024)) {
    const found = read(line)
    if (found === null) continue
    if ('words' in found) words.push(found.words)
    else {
      const document = found.document as BuildLine
      seen = withBuildLine(seen, document)
      if (document.vertexes) progress(stepsOf(seen))
    }
    words.splice(0, words.length - 20)
  }
  return { seen, words }
}

function sentenceOf({ seen, words }: Outcome): string {
  const step = failedStep(seen)
  const clean = (lines: string[]) => lines.map((line) => cleanText(line, { max: 300 })).filter((line) => line !== '')
  if (step === null)
    return clean(words)
      .join('\n')
      .replace(/^ERROR: /, '')
  return [...missingIn(step.error), `${cleanText(step.name, { max: 200 })}: ${cleanText(step.error, { max: 300 })}`, ...clean(step.lines)].join('\n')
}

/** failed to calculate checksum of ref …: "/ap.py": not found (BuildKit 0.17) */
export function missingIn(error: string): string[] {
  const path = /failed to calculate checksum of ref [^"]*"\/?([^"]+)": not found/.exec(error)?.[1]
  return path === undefined ? [] : [`the build context has no ${cleanText(path, { max: 200 })} (is it misspelt, or left out by .dockerignore?)`]
}

async function buildx(): Promise<string> {
  const path = await findBuildx()
  if (path !== null) return path
  throw new DeployError('build_failed', 'there is no docker-buildx on this machine', {
    fix: 'Install Docker’s buildx plugin (`torii doctor` says how) and deploy again.',
  })
}
