import { createHash } from 'node:crypto'
import type { Model } from '../model.ts'
import { isDict } from '../model-text.ts'

interface Own {
  project: string
  deployment: string
  folder: string
  /** sha256 of all files that the model may use; null or absent: not known. */
  content?: string | null
}

/**
 * sha256 (hex) of a resolved model: what a consent is bound to. The project's name, the deployment's id and the folder's place change from
 * one try to the next and stand for themselves; the order of keys says nothing.
 */
export function hashOf(model: Model, own: Own): string {
  return createHash('sha256')
    .update(JSON.stringify(normal(model, own)))
    .update(usesFiles(model) ? (own.content ?? '') : '')
    .digest('hex')
}

/** Whether anything of the folder is run or read beside what the model says itself. */
function usesFiles({ services, configs, secrets }: Model): boolean {
  const used = Object.values(services ?? {}).some((service) => service?.build || (service?.volumes ?? []).some(({ type }) => type === 'bind'))
  return used || [configs, secrets].some((files) => Object.keys(files ?? {}).length > 0)
}

function normal(value: unknown, own: Own): unknown {
  if (typeof value === 'string') return plain(value, own)
  if (Array.isArray(value)) return value.map((each) => normal(each, own))
  if (!isDict(value)) return value
  const entries = Object.entries(value).map(([key, each]) => [plain(key, own), normal(each, own)] as const)
  // Pairs, not an object: a key may be called `__proto__`.
  return { mapping: entries.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))) }
}

function plain(text: string, { project, deployment, folder }: Own): string {
  const placed = text === folder || text.startsWith(`${folder}/`) ? `{folder}${text.slice(folder.length)}` : text
  return placed.replaceAll(project, '{project}').replaceAll(deployment, '{deployment_id}')
}
