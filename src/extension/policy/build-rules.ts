import { dirname, join, resolve } from 'node:path'
import { isInside } from '../../files/inside.ts'
import { argsOf, dockerfilesOf } from '../build-of.ts'
import type { Service } from '../model.ts'
import { undollar } from '../model-text.ts'
import { foreignIn, isFrontend } from './dockerfile-scan.ts'
import { type Context, isSet, type Rule, shown, when } from './rule.ts'

type Build = NonNullable<Service['build']>

/** Options of a build that do what they say, and those that change nothing of what is deployed. */
const used = ['context', 'dockerfile', 'dockerfile_inline', 'args', 'target']
const ignored = ['labels', 'tags', 'cache_from', 'no_cache', 'pull', 'shm_size', 'ulimits', 'platforms', 'isolation', 'provenance', 'sbom', 'extra_hosts']
const refused = {
  additional_contexts: 'it brings in files from outside the build context',
  cache_to: 'it writes wherever the file says',
  entitlements: 'it takes down the wall around the build',
  privileged: 'a privileged build owns the host',
  secrets: 'secrets of a build are not supported yet',
  ssh: 'it hands the host’s keys to the build',
} as const

const notUsed = 'Torii’s own builds do not use it'

/** Rows about `build:`. */
export const buildRules: Rule<Service>[] = [
  {
    name: 'build',
    decision: { strict: 'deny', developer: 'allow' },
    reason: 'a build runs what the Dockerfile says on this host, with the network',
    safer: 'Push the image to a registry and name it with `image:`.',
    find: (service) => (service.build ? ['build'] : []),
  },
  ...Object.entries(refused).map(
    ([key, reason]): Rule<Service> => ({
      name: `build_${key}`,
      decision: 'deny',
      never: notUsed,
      reason,
      safer: `Remove \`build.${key}\`.`,
      find: (service) => when(buildOf(service), key, (value) => isSet(value) && value !== 'false').map(named),
    }),
  ),
  {
    name: 'build_network',
    decision: 'deny',
    never: notUsed,
    reason: 'the build would use the host’s network or another container’s',
    safer: 'Remove `build.network`.',
    find: (service) => when(buildOf(service), 'network', (value) => isSet(value) && value !== 'default' && value !== 'none').map(named),
  },
  {
    name: 'build_unknown_option',
    decision: 'deny',
    never: notUsed,
    reason: 'nobody has judged this option yet',
    safer: 'Remove it.',
    find: (service) =>
      Object.entries(buildOf(service))
        .filter(
          ([key, value]) => isSet(value) && !key.startsWith('x-') && key !== 'network' && ![...used, ...ignored].includes(key) && !Object.hasOwn(refused, key),
        )
        .map(([key, value]) => named(shown(key, value))),
  },
  {
    name: 'build_context',
    decision: 'deny',
    never: 'a build reads a copy of the folder, and nothing else',
    reason: 'it lies outside the extension’s folder',
    safer: 'Build from a folder inside the extension.',
    find: (service, context) => outside(service, context).map(named),
  },
  {
    name: 'build_file',
    decision: 'deny',
    never: 'a build reads a copy of the folder, and nothing else',
    reason: 'it is no regular file of up to 1 MiB inside the extension’s folder, and the build would wait for it or read something else',
    safer: 'Make it a regular file inside the folder.',
    find: (service, context) => (outside(service, context).length > 0 ? [] : irregular(service, context).map(named)),
  },
  {
    name: 'build_of_others',
    decision: 'deny',
    never: 'nobody could say what is built',
    reason:
      'images called torii/… or by an id are of other deployments, a frontend other than docker/dockerfile is a program of somebody else, control characters hide either, and a build has no secrets and no keys of the host',
    safer: 'Name an image of a registry, with what an ARG makes of it plain to see, and leave `# syntax=` out.',
    find: (service, context) => [...foreign(service, context), ...frontends(service)].map(named),
  },
  {
    name: 'build_ignored_option',
    decision: 'rewrite',
    never: notUsed,
    reason: 'Torii builds for this engine and tags the image itself, so it does nothing here',
    safer: 'Leave it, or remove it.',
    find: (service) => ignored.flatMap((key) => when(buildOf(service), key)).map(named),
    rewrite: (service) => ({ ...service, build: Object.fromEntries(Object.entries(buildOf(service)).filter(([key]) => !ignored.includes(key))) }),
  },
]

function buildOf(service: Service): Build {
  return service.build ?? {}
}

function named(found: string): string {
  return `build.${found}`
}

/** The context, and the Dockerfile that is taken from it: by real path, and never an address. */
function outside(service: Service, context: Context): string[] {
  const build = buildOf(service)
  if (build.context === undefined) return []
  const folder = undollar(build.context)
  if (!folder.startsWith('/') || !isInside(context.folder, context.look(folder).real)) return [`context: ${folder}`]
  const file = build.dockerfile_inline === undefined ? undollar(build.dockerfile ?? 'Dockerfile') : null
  return file === null || isInside(context.folder, context.look(resolve(folder, file)).real) ? [] : [`dockerfile: ${file}`]
}

function irregular(service: Service, context: Context): string[] {
  const build = buildOf(service)
  if (build.context === undefined) return []
  const files = build.dockerfile_inline === undefined ? dockerfilesOf(build) : []
  const real = files.map((file) => context.look(file).real)
  const ignores = [join(undollar(build.context), '.dockerignore'), ...[...files, ...real].map((file) => `${file}.dockerignore`)]
  return [...new Set([...files, ...ignores])]
    .filter((file) => {
      const { real: path, is } = context.look(file)
      return is !== 'missing' && (is !== 'file' || !isInside(context.folder, path) || context.read(file) === null)
    })
    .map((file) => `dockerfile: ${file.replace(`${dirname(context.folder)}/`, '')}`)
}

function foreign(service: Service, context: Context): string[] {
  const build = buildOf(service)
  const texts = build.dockerfile_inline === undefined ? dockerfilesOf(build).map((file) => context.read(file) ?? '') : [undollar(build.dockerfile_inline)]
  return texts
    .flatMap((text) => foreignIn(text, { args: argsOf(build), target: build.target ?? null, platform: service.platform ?? null }))
    .map((found) => `dockerfile: ${found}`)
}

/** The build takes it before it looks into the Dockerfile. */
function frontends(service: Service): string[] {
  const { BUILDKIT_SYNTAX: frontend } = argsOf(buildOf(service))
  return frontend === undefined || isFrontend(frontend) ? [] : [`args: BUILDKIT_SYNTAX=${frontend}`]
}
