import type { Config } from '../config.ts'
import { pathPrefix } from '../deploy/addresses.ts'
import type { RewriteInput } from '../deploy/ports.ts'
import type { Dict, Service } from './model.ts'
import { dict, dollar } from './model-text.ts'
import { expandTemplates, type Templates } from './templates.ts'

/** What containers are told about their deployment. */
export interface Told {
  templates: Templates
  /** Exactly these are never overridable (spec/readings.md, last paragraph). */
  variables: [string, string][]
}

export function toldOf(input: Pick<RewriteInput, 'ref' | 'source' | 'port' | 'publicUrl'>, config: Pick<Config, 'publicHost' | 'httpsPort'>): Told {
  const { ref, source, publicUrl } = input
  const path = pathPrefix(source.kind, ref.deployment)
  const port = String(input.port ?? config.httpsPort)
  return {
    templates: { app_port: port, deployment_id: ref.deployment, app_name: source.name, app_access_path: path, app_path_url: `${origin(config)}${path}` },
    variables: [
      ['KAMIWAZA_DEPLOYMENT_ID', ref.deployment],
      ['KAMIWAZA_APP_NAME', source.name],
      ['KAMIWAZA_APP_PORT', port],
      ['KAMIWAZA_APP_PATH', path],
      ['KAMIWAZA_APP_URL', publicUrl.replace(/\/$/, '')],
      // The platform's SDK knows "path" and "port" only; an app behind both routes is served at its root.
      ['KAMIWAZA_ROUTING_MODE', source.settings.routing === 'path' ? 'path' : 'port'],
    ],
  }
}

/** A service's environment with templates expanded and ours on top. */
export function environmentOf(service: Service, told: Told): Dict<string | null> {
  const own = Object.entries(service.environment ?? {}).map(([name, value]) => [name, expanded(value, told.templates)] as const)
  return dict([...own, ...told.variables.map(([name, value]) => [name, dollar(value)] as const)])
}

/** Which of ours a service tries to set. */
export function overridden(service: Service, told: Told): string[] {
  return told.variables.map(([name]) => name).filter((name) => Object.hasOwn(service.environment ?? {}, name))
}

// Values stay as Compose wrote them, dollars doubled; only what is put in is doubled here.
function expanded(value: string | number | boolean | null, templates: Templates): string | null {
  if (value === null) return null
  const safe = Object.fromEntries(Object.entries(templates).map(([name, text]) => [name, dollar(text ?? '')]))
  return expandTemplates(String(value), safe)
}

function origin(config: Pick<Config, 'publicHost' | 'httpsPort'>): string {
  return `https://${config.publicHost}${config.httpsPort === 443 ? '' : `:${config.httpsPort}`}`
}
