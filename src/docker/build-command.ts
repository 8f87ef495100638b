import type { Build } from '../deploy/plan.ts'
import type { BuildFiles } from './build-files.ts'
import { steersPrograms } from './steers-programs.ts'

export interface BuildCommand {
  args: string[]
  /** Docker's configuration. */
  configFolder: string
  /** Values of build arguments: on the command line (/proc/PID/cmdline) everybody on the machine could read them. */
  env: Record<string, string>
}

/** `docker buildx`'s arguments. The default builder sees local images; another of the user's would not. */
export function buildCommand(
  { args: given, target }: Pick<Build, 'args' | 'target'>,
  tag: string,
  platform: string | null,
  { context, dockerfile, configFolder }: BuildFiles,
): BuildCommand {
  const wanted = Object.entries({ tag, platform, target, file: dockerfile }).filter(([, value]) => value !== null)
  const entries = Object.entries(given)
  const args = entries.map(([name, value]) => (steersPrograms(name) ? `--build-arg=${name}=${value}` : `--build-arg=${name}`))
  const env = Object.fromEntries(entries.filter(([name]) => !steersPrograms(name)))
  const options = ['--builder=default', '--progress=rawjson', '--load', ...wanted.map(([name, value]) => `--${name}=${value}`), ...args, ownCaches(tag)]
  return { args: ['build', ...options, '--', context], env, configFolder }
}

/**
 * `RUN --mount=type=cache` is shared by all builds of an engine: here by those of one service of one deployment alone. The last of a name counts,
 * so no argument of the file takes it back (BUILDKIT_CACHE_MOUNT_NS of Docker's frontend).
 */
function ownCaches(tag: string): string {
  return `--build-arg=BUILDKIT_CACHE_MOUNT_NS=${tag.replace(/:[^:]*$/, '')}`
}
