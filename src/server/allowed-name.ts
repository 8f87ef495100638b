import type { NamedRequest } from '../deploy/ports.ts'
import type { Caller } from './caller.ts'
import { matchesName } from './name-pattern.ts'
import { Refusal } from './refusal.ts'

/** The request, which is refused (`name_not_allowed`) as soon as its name is known to be none that the caller's token matches. */
export function allowedTo<T extends NamedRequest>({ name, names }: Pick<Caller, 'name' | 'names'>, request: T): T {
  if (names.length === 0) return request
  const mayUse = (deployment: string) => {
    request.mayUse?.(deployment)
    if (matchesName(names, deployment)) return
    const sentence = `The token ${name} may not name a deployment ${deployment}, only what ${names.join(', ')} matches.`
    throw new Refusal('name_not_allowed', { sentence })
  }
  return { ...request, mayUse }
}
