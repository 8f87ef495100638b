import { resolve } from 'node:path'
import type { Service } from '../model.ts'
import { undollar } from '../model-text.ts'
import { isInside } from '../read-limited.ts'
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

/** Rows about `build:`. */
export const buildRules: Rule<Service>[] = [
  ...Object.entries(refused).map(
    ([key, reason]): Rule<Service> => ({
      name: `build_${key}`,
      decision: 'deny',
      reason,
      safer: `Remove \`build.${key}\`.`,
      find: (service) => when(buildOf(service), key, (value) => isSet(value) && value !== 'false').map(named),
    }),
  ),
  {
    name: 'build_network',
    decision: 'deny',
    reason: 'the build would use the host’s network or another container’s',
    safer: 'Remove `build.network`.',
    find: (service) => when(buildOf(service), 'network', (value) => isSet(value) && value !== 'default' && value !== 'none').map(named),
  },
  {
    name: 'build_unknown_option',
    decision: 'deny',
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
    reason: 'it lies outside the extension’s folder',
    safer: 'Build from a folder inside the extension.',
    find: (service, context) => outside(service, context).map(named),
  },
  {
    name: 'build_ignored_option',
    decision: 'rewrite',
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
