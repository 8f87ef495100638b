import { type Config, environmentValue } from '../config.ts'
import { serverSettings } from '../server-settings.ts'
import { oneLine } from '../text/one-line.ts'
import type { Api } from './api.ts'

export const howToChange = '`torii down`, then `torii up`'

/** The variables that the server runs with another value of than these; none where it does not tell. */
export function otherSettings(config: Config, { settings }: Record<string, unknown>): string[] {
  const theirs = Object(settings) as Record<string, unknown>
  return Object.entries(serverSettings(config)).flatMap(([name, ours]) => {
    const value = theirs[name]
    return typeof value === 'string' && value !== ours ? [`${name}=${oneLine(value, 80)}`] : []
  })
}

/** One line about what is set here and does nothing; null where all is as the server has it, or it does not say. */
export async function ignoredHere(api: Pick<Api, 'system'>, config: Config): Promise<string | null> {
  const set = Object.keys(serverSettings(config)).filter((name) => (environmentValue(name) ?? '') !== '')
  if (set.length === 0) return null
  const other = otherSettings(config, await api.system().catch(() => ({}))).filter((each) => set.includes(each.split('=')[0] ?? ''))
  return other.length === 0 ? null : `The control plane runs with other settings: ${other.join(', ')}; ${howToChange} changes them.`
}
