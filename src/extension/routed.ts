import type { Service } from './model.ts'
import type { ServiceSettings } from './service-settings.ts'

export interface Candidate {
  name: string
  service: Service
  settings: ServiceSettings
  /** tcp EXPOSE of its image, ascending. */
  exposed: number[]
  oneshot: boolean
}

const usualNames = ['frontend', 'web', 'app']

/** The routed service and its port (reading 28); `candidates` in file order. null: nothing to route to. */
export function routedService(candidates: Candidate[], primary: string | null): { service: string; port: number } | null {
  const marked = candidates.find((each) => each.settings.primary) ?? candidates.find((each) => each.name === primary)
  if (marked) return asRoute(marked)
  const open = candidates.filter((each) => !each.oneshot && portOf(each) !== null)
  const usual = usualNames.map((name) => open.find((each) => each.name === name)).find((each) => each !== undefined)
  const chosen = usual ?? open[0]
  return chosen === undefined ? null : asRoute(chosen)
}

/** x-torii.port, else the first tcp of `ports`, else the first tcp of `expose`, else the lowest tcp EXPOSE of the image. */
export function portOf(candidate: Pick<Candidate, 'service' | 'settings' | 'exposed'>): number | null {
  const { service, settings, exposed } = candidate
  return settings.port ?? declaredPort(service) ?? exposed[0] ?? null
}

/** First tcp container port of `ports`, else of `expose`. */
function declaredPort(service: Service): number | null {
  const published = (service.ports ?? []).find((port) => (port.protocol ?? 'tcp') === 'tcp')
  if (published?.target !== undefined) return Number(published.target)
  const exposed = (service.expose ?? []).map(String).find((text) => /^\d+(-\d+)?(\/tcp)?$/.test(text))
  return exposed === undefined ? null : Number.parseInt(exposed, 10)
}

function asRoute(candidate: Candidate): { service: string; port: number } | null {
  const port = portOf(candidate)
  return port === null ? null : { service: candidate.name, port }
}
