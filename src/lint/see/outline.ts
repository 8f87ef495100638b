import { resolve } from 'node:path'
import { DeployError } from '../../deploy/failure.ts'
import { hasVariable, interpolate } from '../../extension/interpolate.ts'
import type { Dict } from '../../extension/model.ts'
import { dict, isDict } from '../../extension/model-text.ts'
import { type ServiceSettings, serviceSettings } from '../../extension/service-settings.ts'
import type { ComposeFile } from './extension.ts'
import type { ComposeFiles } from './load-files.ts'
import { longForm } from './long-form.ts'
import type { Layer, Outline } from './service.ts'
import type { Path } from './yaml-file.ts'

/** Every service of the project, in file order, without what only an image or a Dockerfile can tell. */
export function outlines(files: ComposeFiles, env: Record<string, string>): Outline[] {
  const found = new Map<string, Outline>()
  for (const file of files.project) {
    const services = isDict(file.root['services']) ? file.root['services'] : {}
    for (const [name, service] of Object.entries(services)) {
      if (isDict(service) && !found.has(name)) found.set(name, outlineOf(name, layersOf(name, file, files), env))
    }
  }
  return [...found.values()]
}

function outlineOf(name: string, layers: Layer[], env: Record<string, string>): Outline {
  const raw = interpolated(layers.map(partOf).reduceRight(merged, dict([])), env) as Dict
  const model = longForm(raw, layers[0]?.file.base ?? '/')
  return {
    name,
    layers,
    raw,
    model,
    settings: settingsOf(name, raw),
    image: model.image === undefined || hasVariable(model.image) || model.image === '' ? null : model.image.replaceAll('$$', '$'),
    build: null,
    ...placesOf(layers),
  }
}

function placesOf(layers: Layer[]): Pick<Outline, 'place' | 'placeOfValue' | 'written' | 'items'> {
  const [own] = layers as [Layer, ...Layer[]]
  const holder = (path: Path) => layers.find((layer) => layer.file.find([...layer.path, ...path]) !== null) ?? own
  const full = (layer: Layer, path: Path) => [...layer.path, ...path]
  return {
    place: (path) => holder(path).file.place(full(holder(path), path)),
    placeOfValue: (path) => holder(path).file.placeOfValue(full(holder(path), path)),
    written: (path) => {
      const { file, path: base } = holder(path)
      const written = file.find([...base, ...path])
      return written && { ...written, file }
    },
    items: (key) =>
      layers.toReversed().flatMap((layer) => {
        const value = partOf(layer)[key]
        return Array.isArray(value) ? value.map((item: unknown, index) => ({ value: item, at: layer.file.placeOfValue(full(layer, [key, index])) })) : []
      }),
  }
}

/** The service's own part, and what it extends, the nearest first. */
function layersOf(name: string, file: ComposeFile, files: ComposeFiles): Layer[] {
  const layers: Layer[] = []
  let next: { file: ComposeFile; name: string } | null = { file, name }
  while (next !== null && layers.length < 20) {
    const layer: Layer = { file: next.file, path: ['services', next.name] }
    layers.push(layer)
    next = extendedBy(layer, files)
  }
  return layers
}

function extendedBy(layer: Layer, { project, extended }: ComposeFiles): { file: ComposeFile; name: string } | null {
  const { extends: parent } = partOf(layer)
  const name = isDict(parent) ? parent['service'] : parent
  const path = isDict(parent) && typeof parent['file'] === 'string' ? resolve(layer.file.base, parent['file']) : layer.file.source.path
  const file = [...project, ...extended].find(({ source }) => source.path === path)
  return file === undefined || typeof name !== 'string' || !isDict(childOf(file.root['services'], name)) ? null : { file, name }
}

function partOf({ file, path }: Layer): Dict {
  const value = path.reduce<unknown>(childOf, file.root)
  return isDict(value) ? value : dict([])
}

function childOf(value: unknown, part: string | number): unknown {
  return isDict(value) && Object.hasOwn(value, part) ? value[part] : undefined
}

/** A command or a test replaces the one below it; other lists are joined, mappings merged (Compose specification, 13). */
function merged(below: Dict, above: Dict): Dict {
  const keys = new Set([...Object.keys(below), ...Object.keys(above)])
  return dict([...keys].map((key) => [key, Object.hasOwn(above, key) ? mergedValue(key, below[key], above[key]) : below[key]] as const))
}

function mergedValue(key: string, below: unknown, above: unknown): unknown {
  if (isDict(below) && isDict(above)) return merged(below, above)
  if (Array.isArray(below) && Array.isArray(above) && !['command', 'entrypoint', 'test'].includes(key)) return [...below, ...above]
  return above
}

function interpolated(value: unknown, env: Record<string, string>): unknown {
  if (typeof value === 'string') return interpolate(value, env)
  if (Array.isArray(value)) return value.map((each) => interpolated(each, env))
  return isDict(value) ? dict(Object.entries(value).map(([key, each]) => [key, interpolated(each, env)] as const)) : value
}

/** What is wrong in it is told by a rule. */
function settingsOf(name: string, raw: Dict): ServiceSettings {
  try {
    return serviceSettings(name, { 'x-torii': raw['x-torii'] })
  } catch (error) {
    if (!(error instanceof DeployError)) throw error
    return { primary: false, port: null, oneshot: false, healthcheck: null }
  }
}
