import type { Blanks, Source } from '../deploy/record.ts'
import { plainVariablesOf } from './interpolate.ts'
import type { Dict } from './model.ts'
import { dict, isDict } from './model-text.ts'
import type { ParsedFile } from './parse-compose.ts'

/** Characters: no check or command that people write is longer. */
const longest = 2000

/**
 * Settings that name a variable which nobody gives, as they are written: Compose puts nothing in its place, before the container exists.
 * Of the main Compose file alone.
 */
export function blanksOf({ root }: Pick<ParsedFile, 'root'>, env: Source['env']): NonNullable<Source['blanks']> {
  const services = isDict(root['services']) ? Object.entries(root['services']) : []
  return dict(services.flatMap(([name, service]): [string, Blanks][] => (isDict(service) ? ofService(name, service, env) : [])))
}

function ofService(name: string, service: Dict, env: Source['env']): [string, Blanks][] {
  const check = isDict(service['healthcheck']) ? service['healthcheck']['test'] : undefined
  const settings: [keyof Blanks, unknown][] = [
    ['test', check],
    ['command', service['command']],
    ['entrypoint', service['entrypoint']],
  ]
  const found = settings.flatMap(([key, value]) => {
    const words = [value].flat().filter((word) => typeof word === 'string')
    const names = new Set(words.flatMap(plainVariablesOf).filter((each) => (env[each] ?? '') === ''))
    const isWritten = typeof value === 'string' || Array.isArray(value)
    return isWritten && names.size > 0 && words.join(' ').length <= longest ? [[key, { names: [...names], words }] as const] : []
  })
  return found.length === 0 ? [] : [[name, Object.fromEntries(found)]]
}
