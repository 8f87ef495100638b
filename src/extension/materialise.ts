import { createHash } from 'node:crypto'
import { DeployError } from '../deploy/failure.ts'
import type { RevisionFile } from '../deploy/ports.ts'
import { cleanText } from '../text/clean.ts'
import type { FileSource, Model, Mount, Service } from './model.ts'
import { dollar, undollar } from './model-text.ts'

type Kind = 'configs' | 'secrets'

export interface Materialise {
  model: Model
  /** Values that `environment:` sources read. */
  env: Record<string, string>
  /** Real path of the extension's folder: `file:` sources are read in no other. */
  folder: string
  readFile(path: string, label: string, folder: string): Uint8Array
}

/**
 * Configs and secrets of every kind as files of the revision: Compose injects contents only in its own start, and Torii
 * starts containers itself (facts/engine.json). Only those that a service uses.
 */
export function filesOf(input: Materialise): RevisionFile[] {
  return (['configs', 'secrets'] as const).flatMap((kind) => usedOf(input.model, kind).map((name) => fileOf(kind, name, input)))
}

/** A service's configs and secrets as read-only binds of those files, at the targets Compose gives them. */
export function mountsOf(service: Service, folder: string): Mount[] {
  return (['configs', 'secrets'] as const).flatMap((kind) =>
    (service[kind] ?? []).map(({ source = '', target }) => ({
      type: 'bind',
      source: dollar(`${folder}/${fileName(kind, source)}`),
      target: targetOf(kind, source, target),
      read_only: true,
      bind: { create_host_path: false },
    })),
  )
}

function usedOf(model: Model, kind: Kind): string[] {
  const uses = Object.values(model.services ?? {}).flatMap((service) => service[kind] ?? [])
  return [...new Set(uses.map((use) => use.source ?? ''))]
}

function fileOf(kind: Kind, name: string, input: Materialise): RevisionFile {
  const source = Object.hasOwn(input.model[kind] ?? {}, name) ? input.model[kind]?.[name] : undefined
  if (!source) throw invalid(kind, name, 'is used but not declared')
  return { path: fileName(kind, name), ...contentOf(kind, name, source, input) }
}

function contentOf(kind: Kind, name: string, source: FileSource, input: Materialise): Pick<RevisionFile, 'content' | 'encoding'> {
  if (source.content !== undefined) return { content: undollar(source.content) }
  if (source.environment !== undefined) return { content: variable(kind, name, source.environment, input.env) }
  if (source.file === undefined) throw invalid(kind, name, 'has neither `file`, `content` nor `environment`')
  return asText(input.readFile(undollar(source.file), `${kind}.${name}.file`, input.folder))
}

function variable(kind: Kind, name: string, variableName: string, env: Record<string, string>): string {
  if (Object.hasOwn(env, variableName)) return env[variableName] ?? ''
  throw invalid(kind, name, `reads the variable ${variableName}, which is not set`, `Give it with --env ${variableName}=… or in .env.`)
}

function asText(bytes: Uint8Array): Pick<RevisionFile, 'content' | 'encoding'> {
  try {
    return { content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    return { content: Buffer.from(bytes).toString('base64'), encoding: 'base64' }
  }
}

function fileName(kind: Kind, name: string): string {
  const plain = /^[A-Za-z0-9._-]{1,150}$/.test(name)
  return `${kind.slice(0, -1)}-${plain ? name : createHash('sha256').update(name).digest('hex')}`
}

// As in Compose's pkg/compose/create.go (2.26): a relative target is taken below the kind's own folder.
function targetOf(kind: Kind, source: string, target: string | undefined): string {
  const path = target || source
  if (path.startsWith('/')) return path
  return kind === 'secrets' ? `/run/secrets/${path}` : `/${path}`
}

function invalid(kind: Kind, name: string, why: string, fix?: string): DeployError {
  return new DeployError('compose_invalid', cleanText(`${kind}.${name} ${why}`, { max: 300 }), { fix })
}
