import type { RevisionRef, Source } from '../deploy/record.ts'
import { type Model, replicasOf, type Service, servicesOf } from './model.ts'
import { dict } from './model-text.ts'
import { rewritten } from './policy/policy.ts'
import { contextOf, type World } from './world.ts'

/** The resolved model without what the policy leaves out, services of no replica, and dependencies on what is not there. */
export function draftOf(resolved: string, source: Pick<Source, 'folder' | 'policy' | 'upload'>, ref: RevisionRef, world: World): Model {
  const model = world.parse(resolved)
  const allowed = rewritten(model, contextOf(model, source, ref, world))
  const running = servicesOf(allowed).filter(([, service]) => replicasOf(service) > 0)
  const names = new Set(running.map(([name]) => name))
  return { ...allowed, services: dict(running.map(([name, service]) => [name, withPresent(service, names)])) }
}

/** Names of services that ask for no container at all. */
export function leftOut(model: Model): string[] {
  return servicesOf(model)
    .filter(([, service]) => replicasOf(service) === 0)
    .map(([name]) => name)
}

// `required: false` on a service that a profile disabled stays in the answer and makes the model unreadable (facts/engine.json).
function withPresent(service: Service, names: Set<string>): Service {
  const { links, ...rest } = service as Service & { links?: string[] | null }
  const present = (links ?? []).filter((link) => names.has(link.split(':')[0] ?? ''))
  return {
    ...rest,
    ...(service.depends_on ? { depends_on: dict(Object.entries(service.depends_on).filter(([name]) => names.has(name))) } : {}),
    ...(present.length > 0 ? { links: present } : {}),
  }
}
