import { basename, dirname, join, resolve } from 'node:path'
import type { Build } from '../deploy/plan.ts'
import type { Build as ComposeBuild } from './model.ts'
import { undollar } from './model-text.ts'
import type { Context } from './policy/rule.ts'

/** What is built from a `build:`. The files that say how are read once, so that what the policy has judged is what is built. */
export function buildOf(build: ComposeBuild & { context: string }, folder?: Pick<Context, 'folder' | 'read'>): Build {
  const inline = build.dockerfile_inline
  const found = inline === undefined ? fileOf(build, folder) : { text: undollar(inline), dockerignore: null }
  return {
    context: undollar(build.context),
    within: folder?.folder ?? null,
    dockerfile: build.dockerfile === undefined || inline !== undefined ? null : undollar(build.dockerfile),
    dockerfileText: found.text,
    dockerignore: found.dockerignore,
    args: argsOf(build),
    target: build.target ?? null,
  }
}

/**
 * Every path where a Dockerfile is looked for. buildx takes `dockerfile` where there is no `Dockerfile`, in whatever folder
 * (handleLowercaseDockerfile in build/opt.go).
 */
export function dockerfilesOf({ context = '', dockerfile }: ComposeBuild): string[] {
  const file = resolve(undollar(context), dockerfile === undefined ? 'Dockerfile' : undollar(dockerfile))
  return basename(file) === 'Dockerfile' ? [file, join(dirname(file), 'dockerfile')] : [file]
}

/** Build arguments by name, as the builder splits them: at the first equals sign. Those without a value are left out. */
export function argsOf({ args }: ComposeBuild): Record<string, string> {
  const words = Array.isArray(args) ? args : Object.entries(args ?? {}).flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]))
  return Object.fromEntries(words.map((word) => word.split(/=(.*)/s)).flatMap(([name = '', value]) => (value === undefined ? [] : [[name, undollar(value)]])))
}

function fileOf(build: ComposeBuild, folder?: Pick<Context, 'read'>): { text: string | null; dockerignore: string | null } {
  for (const file of folder === undefined ? [] : dockerfilesOf(build)) {
    const text = folder?.read(file) ?? null
    if (text !== null) return { text, dockerignore: folder?.read(`${file}.dockerignore`) ?? null }
  }
  return { text: null, dockerignore: null }
}
