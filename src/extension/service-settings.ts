import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { nearest } from '../text/nearest.ts'
import type { Service } from './model.ts'
import { isDict } from './model-text.ts'
import { type OwnCheckSettings, ownCheckSettings } from './own-check.ts'
import { ofTheTop } from './settings.ts'

/** `x-torii` of one service. */
export interface ServiceSettings {
  primary: boolean
  /** null: found by reading 28. */
  port: number | null
  oneshot: boolean
  /** A check of ours, for a service that has none; null: none is asked for. */
  healthcheck: OwnCheckSettings | null
}

/** `lint` is read by `torii lint` alone. */
const known = ['primary', 'port', 'oneshot', 'healthcheck', 'lint']

/** Interpolation makes strings of everything, so "true" and "8000" count as true and 8000. */
export function serviceSettings(name: string, service: Service): ServiceSettings {
  const torii = service['x-torii']
  if (torii === undefined || torii === null) return { primary: false, port: null, oneshot: false, healthcheck: null }
  if (!isDict(torii)) throw invalid(name, 'x-torii must be a mapping of settings')
  const stranger = Object.keys(torii).find((key) => !known.includes(key))
  if (stranger !== undefined && ofTheTop.includes(stranger)) throw invalid(name, `x-torii.${stranger}: \`${stranger}\` belongs at the top of the file`)
  if (stranger !== undefined) throw invalid(name, `x-torii.${stranger}: there is no such setting of a service (${known.join(', ')})${hint(stranger)}`)
  return {
    primary: flag(name, 'primary', torii['primary']),
    port: port(name, torii['port']),
    oneshot: flag(name, 'oneshot', torii['oneshot']),
    healthcheck: ownCheck(name, torii['healthcheck']),
  }
}

function hint(key: string): string {
  const meant = nearest(key, known)
  return meant === null ? '' : `; did you mean "${meant}"?`
}

function ownCheck(service: string, asked: unknown): OwnCheckSettings | null {
  try {
    return ownCheckSettings(asked)
  } catch (error) {
    throw invalid(service, `x-torii.healthcheck${(error as Error).message}`)
  }
}

function flag(service: string, key: string, value: unknown): boolean {
  if (value === undefined || value === null) return false
  const text = scalar(value)
  if (text !== 'true' && text !== 'false') throw invalid(service, `x-torii.${key} must be true or false`)
  return text === 'true'
}

function port(service: string, value: unknown): number | null {
  if (value === undefined || value === null) return null
  const number = Number(value)
  if (!/^\d{1,5}$/.test(scalar(value)) || number < 1 || number > 65535) throw invalid(service, 'x-torii.port must be a port between 1 and 65535')
  return number
}

/** '' for a mapping or a list. */
function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function invalid(service: string, detail: string): DeployError {
  return new DeployError('compose_invalid', cleanText(`services.${service}.${detail}`, { max: 300 }), {
    service,
    fix: `Correct \`x-torii\` below service ${cleanText(service, { max: 80 })} and deploy again.`,
  })
}
