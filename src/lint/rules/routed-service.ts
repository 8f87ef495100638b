import { type Candidate, portOf, routedService } from '../../extension/routed.ts'
import type { Extension } from '../see/extension.ts'
import type { LintService } from '../see/service.ts'

const usualNames = ['frontend', 'web', 'app']

/** Where the public address will lead, as far as it is known before the images are there. */
export interface Routed {
  service: LintService
  port: number
  by: 'mark' | 'name' | 'order'
  /** Every service with a port. */
  candidates: LintService[]
}

/** null: nothing to route to, or not known yet. */
export function routed({ services, settings }: Extension): Routed | null {
  const active = services.filter(({ raw }) => !isLeftOut(raw))
  const chosen = routedService(active.map(candidateOf), settings.primary)
  const service = active.find(({ name }) => name === chosen?.service)
  if (chosen === null || service === undefined || !Number.isInteger(chosen.port)) return null
  if (!service.settings.primary && settings.primary !== service.name && active.some((each) => couldComeBefore(each, service, active))) return null
  const marked = service.settings.primary || settings.primary === service.name
  const candidates = active.filter((each) => !each.oneshot && hasPort(each))
  return { service, port: chosen.port, by: marked ? 'mark' : usualNames.includes(service.name) ? 'name' : 'order', candidates }
}

/** A service with profiles is only deployed when one of them is asked for. */
export function isLeftOut({ profiles }: LintService['raw']): boolean {
  return Array.isArray(profiles) && profiles.length > 0
}

function hasPort(service: LintService): boolean {
  return portOf(candidateOf(service)) !== null
}

/** Its image may expose a port, and it would be chosen then. */
function couldComeBefore(each: LintService, chosen: LintService, all: LintService[]): boolean {
  if (each.oneshot || each.ports.sure || hasPort(each)) return false
  const rank = ({ name }: LintService) => (usualNames.includes(name) ? usualNames.indexOf(name) : usualNames.length)
  return rank(each) < rank(chosen) || (rank(each) === rank(chosen) && all.indexOf(each) < all.indexOf(chosen))
}

function candidateOf({ name, model, settings, inside, oneshot }: LintService): Candidate {
  return { name, service: model, settings, exposed: inside.exposed ?? [], oneshot }
}
