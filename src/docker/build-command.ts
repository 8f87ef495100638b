import { isAbsolute, join } from 'node:path'
import type { Build } from '../deploy/plan.ts'
import { steersPrograms } from './steers-programs.ts'

export interface BuildCommand {
  args: string[]
  /** Values of build arguments: on the command line (/proc/PID/cmdline) everybody on the machine could read them. */
  env: Record<string, string>
  /** The Dockerfile that stands in the Compose file itself. */
  input: string | undefined
}

/** `docker buildx`'s arguments. The default builder sees local images; another of the user's would not. */
export function buildCommand(build: Build, tag: string, platform: string | null): BuildCommand {
  const wanted = Object.entries({ tag, platform, target: build.target, file: fileOf(build) }).filter(([, value]) => value !== null)
  const given = Object.entries(build.args)
  const args = given.map(([name, value]) => (steersPrograms(name) ? `--build-arg=${name}=${value}` : `--build-arg=${name}`))
  const env = Object.fromEntries(given.filter(([name]) => !steersPrograms(name)))
  const options = ['--builder=default', '--progress=rawjson', '--load', ...wanted.map(([name, value]) => `--${name}=${value}`), ...args]
  return { args: ['build', ...options, '--', build.context], env, input: build.dockerfileInline ?? undefined }
}

/** Compose's `dockerfile` is relative to the context, buildx's `--file` to the working folder. */
function fileOf({ context, dockerfile, dockerfileInline }: Build): string | null {
  if (dockerfileInline !== null) return '-'
  return dockerfile === null || isAbsolute(dockerfile) ? dockerfile : join(context, dockerfile)
}
