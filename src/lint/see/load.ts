import { relative } from 'node:path'
import type { Config } from '../../config.ts'
import { findComposeFile } from '../../extension/find-compose-file.ts'
import { kindOf } from '../../extension/kind.ts'
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
  /** null: images are not looked into. */
  images: ImageLook | null
  /** Paths are shown from here. */
  cwd: string
}

/** Reads everything that belongs to a Compose file, with a deployment's limits. Runs nothing. */
export async function loadExtension(path: string, { config, schema, images, cwd }: LoadTools): Promise<Extension> {
  const { folder, file, notices } = await findComposeFile(path)
  const told: Told[] = []
  const sources: Source[] = []
  const label = (each: string) => shortest(relative(cwd, each), each)
  const tools: ReadTools = { folder, label, schema, sources, tell: (rule, hit) => told.push({ rule, hit }) }
  const metadata = await readMetadata(tools)
  const env = await readEnv(metadata, tools)
  const files = await loadFiles(file, tools)
  const [main] = files.project
  if (main !== undefined) for (const notice of notices) tools.tell('T013', { at: beginning(main.source), message: notice })
  const outlined = await withBuilds(files, env, tools)
  const looked = await lookInto(outlined, images)
  const name = extensionName(folder, metadata, main)
  const all = [...files.project, ...files.extended]
  const dockerfiles = outlined.flatMap(({ build }) => build?.dockerfile ?? [])
  const settings = soundSettings({ metadata, files: all }, kindOf(name), config)
  return { folder, name, kind: kindOf(name), settings, config, env, metadata, files: all, dockerfiles, services: lintServices(outlined, looked), told, sources }
}

async function withBuilds(files: ComposeFiles, env: Record<string, string>, tools: ReadTools) {
  const found = outlines(files, env)
  for (const outline of found) {
    const { build } = outline.model
    if (build !== undefined) outline.build = await loadBuilt(build, outline.name, outline.placeOfValue(['build']), tools)
  }
  return found
}

function shortest(below: string, absolute: string): string {
  return below === '' || below.startsWith('../../') ? absolute : below
}
