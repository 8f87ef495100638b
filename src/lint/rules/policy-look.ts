import { resolve } from 'node:path'
import { hasVariable } from '../../extension/interpolate.ts'
import type { Dict, Model, Service } from '../../extension/model.ts'
import { dict, isDict } from '../../extension/model-text.ts'
import { findings } from '../../extension/policy/policy.ts'
import type { Finding } from '../../extension/policy/rule.ts'
import { readNow } from '../../extension/read-now.ts'
import { contextOf } from '../../extension/world.ts'
import type { Extension } from '../see/extension.ts'

const known = new WeakMap<Extension, Finding[]>()

/**
 * What the policy of a deployment says of the file as it is written. It judges the resolved model, so what a variable decides is left out
 * here, and a file that the schema refuses is not judged at all: `torii plan` and the deployment itself have the last word.
 */
export function policyFindings(extension: Extension): Finding[] {
  const before = known.get(extension)
  if (before !== undefined) return before
  const found = judge(extension)
  known.set(extension, found)
  return found
}

function judge(extension: Extension): Finding[] {
  if (extension.files.length === 0 || extension.files.some(({ schema }) => schema.length > 0)) return []
  const model = modelOf(extension)
  return findings(
    model,
    contextOf(
      model,
      { folder: extension.folder },
      { deployment: '', revision: 1 },
      { ...extension, readFile: (path, label, folder) => readNow(path, label, { folder }) },
    ),
  )
}

function modelOf({ services, files }: Extension): Model {
  const section = (name: 'networks' | 'volumes' | 'configs' | 'secrets') =>
    dict(
      files.flatMap(({ root, base }) => (isDict(root[name]) ? Object.entries(root[name]).map(([key, value]) => [key, sharedPart(value, base)] as const) : [])),
    )
  return {
    services: dict(services.map(({ name, model }) => [name, withoutUnknown(model)] as const)),
    networks: section('networks') as NonNullable<Model['networks']>,
    volumes: section('volumes') as NonNullable<Model['volumes']>,
    configs: section('configs') as NonNullable<Model['configs']>,
    secrets: section('secrets') as NonNullable<Model['secrets']>,
  }
}

/** Compose makes the path of a config or a secret absolute. */
function sharedPart(value: unknown, base: string): unknown {
  if (!isDict(value)) return null
  const part = decided(value) as Dict
  return typeof part['file'] === 'string' ? dict([...Object.entries(part), ['file', resolve(base, part['file'])] as const]) : part
}

/** Host ports are told whatever decides them; values of labels and of the environment are not judged. */
function withoutUnknown(service: Service): Service {
  const { ports, labels, environment, env_file: _, label_file: __, develop, ...rest } = service as Service & Record<string, unknown>
  return {
    ...(decided(rest) as Service),
    ...(ports ? { ports } : {}),
    ...(labels ? { labels } : {}),
    ...(environment ? { environment } : {}),
    ...(develop ? { develop } : {}),
  }
}

/** Without what a variable decides; a mapping in a list goes as a whole. */
function decided(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((each) => !isUndecided(each)).map(decided)
  if (!isDict(value)) return value
  return dict(Object.entries(value).flatMap(([key, each]) => (typeof each === 'string' && hasVariable(each) ? [] : [[key, decided(each)] as const])))
}

function isUndecided(value: unknown): boolean {
  if (typeof value === 'string') return hasVariable(value)
  return isDict(value) && Object.values(value).some((each) => typeof each === 'string' && hasVariable(each))
}
