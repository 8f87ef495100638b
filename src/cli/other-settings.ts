import { type Config, environmentValue } from '../config.ts'
import { serverSettings } from '../server-settings.ts'
import { oneLine } from '../text/one-line.ts'
import type { Api } from './api.ts'

const howToChange = '`torii down`, then `torii up` gives it what is set here'

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

/** One line about what is set here and does nothing, for the server runs with something else; null: nothing is set here, or all is as it is there. */
export async function ignoredHere(api: Pick<Api, 'system'>, config: Config, isSet = isSetHere): Promise<string | null> {
  if (!Object.keys(serverSettings(config)).some(isSet)) return null
  const other = otherSettings(config, await api.system().catch(() => ({}))).filter((each) => isSet(each.split(/[= ]/)[0] ?? ''))
  return other.length === 0 ? null : `What is set here does nothing, for the control plane runs with ${other.join(', ')}; ${howToChange}.`
}

function isSetHere(name: string): boolean {
  return (environmentValue(name) ?? '') !== ''
}

/** One line where the server runs with other settings than this environment has, set or not, by what it has said of itself; null where it does not. */
export function differenceOf(config: Config, system: Record<string, unknown>): string | null {
  const other = otherSettings(config, system)
  if (other.length === 0) return null
  return `The control plane runs with other settings than this environment has: ${other.join(', ')}; ${howToChange}.`
}
