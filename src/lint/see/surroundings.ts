import { basename, join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { DeployError } from '../../deploy/failure.ts'
import { parseDotenv } from '../../extension/dotenv.ts'
import { envDefaults, metadataFile, parseMetadata } from '../../extension/metadata.ts'
import { dict } from '../../extension/model-text.ts'
import { nameOf } from '../../extension/name.ts'
import { readOptional } from '../../extension/read-limited.ts'
import type { ComposeFile, Extension } from './extension.ts'
import type { ReadTools } from './load-files.ts'
import { beginning, offsetOf, partOf, type Source } from './source.ts'
import { type YamlFile, yamlFile } from './yaml-file.ts'

/** kamiwaza.json, as YAML knows its places: JSON is a part of it. */
export async function readMetadata(tools: ReadTools): Promise<YamlFile | null> {
  const source = await readSource(metadataFile, 'T008', tools)
  if (source === null) return null
  return attempt('T008', source, tools, () => {
    const root = parseMetadata(source.text)
    envDefaults(root)
    return yamlFile(source, parseDocument(source.text, { lineCounter: new LineCounter(), prettyErrors: false, logLevel: 'silent' }), root)
  })
}

/** env_defaults over the folder's .env, as a deployment without --env has them. */
export async function readEnv(metadata: YamlFile | null, tools: ReadTools): Promise<Record<string, string>> {
  const source = await readSource('.env', 'T009', tools)
  const dotenv = source && attempt('T009', source, tools, () => parseDotenv(source.text, '.env'))
  return dict([...Object.entries(dotenv ?? {}), ...Object.entries(metadata === null ? {} : envDefaults(metadata.root))])
}

/** As a deployment without --name is called; 'app' where no name can be made. */
export function extensionName(folder: string, metadata: YamlFile | null, main: ComposeFile | undefined): string {
  const texts = [metadata?.root['name'], main?.root['name'], basename(folder)].filter((text) => typeof text === 'string' && !text.includes('$'))
  try {
    return nameOf(
      undefined,
      texts.map((text) => ({ text: text as string, from: '' })),
    ).name
  } catch {
    return 'app'
  }
}

/** `torii` of kamiwaza.json and `x-torii` of the Compose file, each with the file it stands in. */
export function settingGroups(extension: Pick<Extension, 'metadata' | 'files'>): { file: YamlFile; key: string; group: unknown }[] {
  const [main] = extension.files
  return [
    ...(extension.metadata === null ? [] : [{ file: extension.metadata, key: 'torii', group: extension.metadata.root['torii'] }]),
    ...(main === undefined ? [] : [{ file: main, key: 'x-torii', group: main.root['x-torii'] }]),
  ]
}

export async function readSource(name: string, rule: string, tools: ReadTools): Promise<Source | null> {
  const path = join(tools.folder, name)
  const source = { label: tools.label(path), path, text: '' }
  try {
    const text = await readOptional(path, name, tools.folder)
    if (text === null) return null
    source.text = text
    tools.sources.push(source)
    return source
  } catch (error) {
    return told(error, rule, source, tools)
  }
}

function attempt<T>(rule: string, source: Source, tools: ReadTools, read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    return told(error, rule, source, tools)
  }
}

/** The words of these readers name the line: "kamiwaza.json: line 3, column 5: …". */
function told(error: unknown, rule: string, source: Source, tools: ReadTools): null {
  if (!(error instanceof DeployError)) throw error
  const [, line, column = '1', why] = /^[\w.]+: line (\d+)(?:, column (\d+))?: ([\s\S]*)$/.exec(error.trouble.detail) ?? []
  const start = line === undefined ? 0 : offsetOf(source, { line: Number(line), column: Number(column) })
  const message = why ?? error.trouble.detail.replace(/^[\w.]+: /, '')
  const whole = partOf({ source, start: 0, end: source.text.length }, `"${/^\w+/.exec(message)?.[0] ?? ''}"`)
  const named = whole.end === source.text.length ? beginning(source) : whole
  tools.tell(rule, { at: line === undefined ? named : { source, start, end: start }, message })
  return null
}
