import type { Config } from '../config.ts'
import { serverSettings } from '../server-settings.ts'
import { oneLine } from '../text/one-line.ts'
import type { Api } from './api.ts'

/** The variables that the server runs with another value of than these; none where it does not tell. */
export function otherSettings(config: Config, { settings }: Record<string, unknown>): string[] {
  const theirs = Object(settings) as Record<string, unknown>
  const nowhere = config.secure === null || theirs[followsBind] === ''
  return Object.entries(serverSettings(config)).flatMap(([name, ours]) => {
    const value = theirs[name]
    return typeof value === 'string' && value !== ours && !(name === followsBind && nowhere)
      ? [value === '' ? `${name} unset` : `${name}=${oneLine(value, 80)}`]
      : []
  })
}

/** Without TORII_API_BIND, here or there, it says nothing. */
const followsBind = 'TORII_API_TLS_PORT'

/** One line where the server runs with other settings than this environment has; null where it does not, or does not say. */
export async function differsFromHere(api: Pick<Api, 'system'>, config: Config): Promise<string | null> {
  return differenceOf(config, await api.system().catch(() => ({})))
}

/** The same for what the server has said of itself. */
export function differenceOf(config: Config, system: Record<string, unknown>): string | null {
  const other = otherSettings(config, system)
  if (other.length === 0) return null
  return `The control plane runs with other settings than this environment has: ${other.join(', ')}; \`torii down\`, then \`torii up\` gives it these.`
}
