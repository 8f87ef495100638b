import { readdir, realpath } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { DeployError } from '../../deploy/failure.ts'
import { hasVariable } from '../../extension/interpolate.ts'
import type { Build } from '../../extension/model.ts'
import { readLimited, readOptional } from '../../extension/read-limited.ts'
import { isInside } from '../../files/inside.ts'
import { builtStage, type Dockerfile, parseDockerfile } from './dockerfile.ts'
import { parseIgnore } from './dockerignore.ts'
import { configOf } from './image-config.ts'
import type { ReadTools } from './load-files.ts'
import type { Built } from './service.ts'
import type { Place } from './source.ts'
import { textOf } from './text-of.ts'

/** What a service's `build:` leads to; `at` is where that is written. */
export async function loadBuilt(build: Build, service: string, at: Place, tools: ReadTools): Promise<Built> {
  const nothing: Built = { dockerfile: null, stage: null, config: null, files: [], context: null }
  const { context: written = '', dockerfile: name = 'Dockerfile', dockerfile_inline: inline } = build
  if (!written.startsWith('/') || hasVariable(written) || hasVariable(name)) return nothing
  const folder = await realpath(written).catch(() => null)
  if (folder === null) return missing(`there is no folder ${relative(tools.folder, written) || '.'} to build from`, nothing)
  if (!isInside(tools.folder, folder)) return nothing
  const files = await readdir(folder).catch(() => [])
  const args = argsOf(build)
  const context = await contextOf(folder, name, tools)
  if (typeof inline === 'string') return seen(parseDockerfile({ source: { ...at.source, text: inline }, args, inside: at }), build, { files, context })
  const path = await realpath(resolve(folder, name)).catch(() => null)
  if (path === null) return missing(`there is no ${name} in ${relative(tools.folder, folder) || 'the folder'}`, { ...nothing, files })
  if (!isInside(tools.folder, path)) return { ...nothing, files }
  const dockerfile = await readDockerfile(path, args, tools, at, service)
  return dockerfile === null ? { ...nothing, files } : seen(dockerfile, build, { files, context })

  function missing(message: string, built: Built): Built {
    tools.tell('T012', { at, service, message })
    return built
  }
}

function seen(dockerfile: Dockerfile, { target }: Build, around: Pick<Built, 'files' | 'context'>): Built {
  const stage = builtStage(dockerfile, typeof target === 'string' ? target : null)
  return { dockerfile, stage, config: stage && configOf(dockerfile, stage), ...around }
}

/** One named after the Dockerfile comes first, as in BuildKit. */
async function contextOf(folder: string, dockerfile: string, tools: ReadTools): Promise<Built['context']> {
  const read = (name: string) => readOptional(resolve(folder, name), name, tools.folder)
  try {
    return { folder, ignores: parseIgnore((await read(`${dockerfile}.dockerignore`)) ?? (await read('.dockerignore')) ?? '') }
  } catch (error) {
    if (!(error instanceof DeployError)) throw error
    return null
  }
}

async function readDockerfile(path: string, args: Record<string, string>, tools: ReadTools, at: Place, service: string): Promise<Dockerfile | null> {
  try {
    const key = JSON.stringify([path, args])
    const parsed = tools.dockerfiles.get(key)
    if (parsed !== undefined) return parsed
    const known = tools.sources.find((source) => source.path === path)
    const source = known ?? { label: tools.label(path), path, text: await readLimited(path, relative(tools.folder, path), tools.folder) }
    if (known === undefined) tools.sources.push(source)
    const dockerfile = parseDockerfile({ source, args })
    tools.dockerfiles.set(key, dockerfile)
    return dockerfile
  } catch (error) {
    if (!(error instanceof DeployError)) throw error
    tools.tell('T012', { at, service, message: error.trouble.detail })
    return null
  }
}

function argsOf({ args }: Build): Record<string, string> {
  const entries = Array.isArray(args) ? args.map((each) => textOf(each).split(/=(.*)/s)) : Object.entries(args ?? {})
  return Object.fromEntries(entries.flatMap(([name = '', value]) => (typeof value === 'string' && !hasVariable(value) ? [[name, value]] : [])))
}
