import { relative, resolve } from 'node:path'
import type { Config } from '../../config.ts'
import { DeployError } from '../../deploy/failure.ts'
import { type FoundFile, findComposeFile } from '../../extension/find-compose-file.ts'
import { kindOf } from '../../extension/kind.ts'
import type { Look } from '../../extension/policy/rule.ts'
import type { SchemaCheck } from '../../extension/schema-check.ts'
import type { ImageLook } from '../image-look.ts'
import type { Extension, Told } from './extension.ts'
import { lintServices } from './lint-service.ts'
import { loadBuilt } from './load-dockerfiles.ts'
import { type ComposeFiles, loadFiles, type ReadTools } from './load-files.ts'
import { lookInto } from './look-into.ts'
import { outlines } from './outline.ts'
import { soundSettings } from './sound-settings.ts'
import { beginning, type Source } from './source.ts'
import { extensionName, readEnv, readMetadata } from './surroundings.ts'

export interface LoadTools {
  config: Config
  schema: SchemaCheck
  look(path: string): Look
  /** null: images are not looked into. */
  images: ImageLook | null
  /** Paths are shown from here. */
  cwd: string
}

/** Reads everything that belongs to a Compose file, with a deployment's limits. Runs nothing. */
export async function loadExtension(path: string, given: LoadTools): Promise<Extension> {
  try {
    return await load(await findComposeFile(path), given)
  } catch (error) {
    if (error instanceof DeployError) return withoutFile(resolve(path), error, given)
    throw error
  }
}

async function load({ folder, file, notices }: FoundFile, { config, schema, look, images, cwd }: LoadTools): Promise<Extension> {
  const told: Told[] = []
  const sources: Source[] = []
  const label = (each: string) => labelOf(each, cwd)
  const tools: ReadTools = { folder, label, schema, sources, dockerfiles: new Map(), tell: (rule, hit) => told.push({ rule, hit }) }
  const metadata = await readMetadata(tools)
  const env = await readEnv(metadata, tools)
  const files = await loadFiles(file, tools)
  const [main] = files.project
  if (main !== undefined) for (const notice of notices) tools.tell('T013', { at: beginning(main.source), message: notice })
  const outlined = await withBuilds(files, env, tools)
  const looked = await lookInto(outlined, images)
  const name = extensionName(folder, metadata, main)
  const all = [...files.project, ...files.extended]
  const dockerfiles = [...new Set(outlined.flatMap(({ build }) => build?.dockerfile ?? []))]
  const settings = soundSettings({ metadata, files: all }, kindOf(name), config)
  return {
    folder,
    name,
    kind: kindOf(name),
    settings,
    config,
    look,
    env,
    metadata,
    files: all,
    dockerfiles,
    services: lintServices(outlined, looked),
    told,
    sources,
  }
}

async function withBuilds(files: ComposeFiles, env: Record<string, string>, tools: ReadTools) {
  const found = outlines(files, env)
  for (const outline of found) {
    const { build } = outline.model
    if (build !== undefined) outline.build = await loadBuilt(build, outline.name, outline.placeOfValue(['build']), tools)
  }
  return found
}

/** Of a Compose file that cannot even be opened only that is told. */
function withoutFile(path: string, { trouble }: DeployError, { config, look, cwd }: LoadTools): Extension {
  const source: Source = { label: labelOf(path, cwd), path, text: '' }
  const name = extensionName(path, null, undefined)
  const settings = soundSettings({ metadata: null, files: [] }, kindOf(name), config)
  const told: Told[] = [{ rule: 'T001', hit: { at: beginning(source), message: trouble.detail } }]
  return {
    folder: path,
    name,
    kind: kindOf(name),
    settings,
    config,
    look,
    env: {},
    metadata: null,
    files: [],
    dockerfiles: [],
    services: [],
    told,
    sources: [],
  }
}

function labelOf(path: string, cwd: string): string {
  return shortest(relative(cwd, path), path)
}

function shortest(below: string, absolute: string): string {
  return below === '' || below.startsWith('../../') ? absolute : below
}
