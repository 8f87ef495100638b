import type { Case } from './case.ts'
import { type Found, write } from './rule.ts'
import { servicesOf } from './stores.ts'

/** Two services that no network has in common, so that neither knows the other's name; null: they share one, or it is not known. */
export function networksApart(seen: Case, host: string): Pick<Found, 'clause' | 'fix' | 'evidence' | 'deeper'> | null {
  const services = servicesOf(seen)
  const own = services.get(seen.service)?.networks ?? []
  const its = services.get(host)?.networks ?? []
  const [wanted] = its
  if (own.length === 0 || wanted === undefined || own.some((name) => its.includes(name))) return null
  return {
    clause: `${seen.service} looks for ${host}, and no network has both of them in it`,
    fix: `${write(seen.service, '', `networks: [${[...own, wanted].join(', ')}]`)}.`,
    evidence: [`${seen.service} is in ${own.join(', ')}`, `${host} is in ${its.join(', ')}`],
    deeper: true,
  }
}
