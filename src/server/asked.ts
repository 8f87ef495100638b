import { Type } from 'typebox'
import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { oneOf } from './schema.ts'

/** Parts of an address, as text: what they must be is a pattern, what they are is parsed here, nothing is coerced. */

/** `true` or `false`; absent: false. */
export const flag = oneOf('true', 'false')

export const isSet = (text: 'true' | 'false' | undefined): boolean => text === 'true'

export const eventNumber = Type.String({ pattern: '^\\d{1,15}$', description: 'the number of an event' })
export const lineCount = Type.String({ pattern: '^(\\d{1,6}|1000000)$', description: 'a number of lines up to 1000000' })
export const revisionNumber = Type.String({ pattern: '^[1-9]\\d{0,8}$', description: 'the number of a revision' })
export const revisionOrLatest = Type.String({ pattern: '^(latest|[1-9]\\d{0,8})$', description: 'the number of a revision or `latest`' })

/** null: the newest. */
export function revisionOf(text: string): number | null {
  return text === 'latest' ? null : Number(text)
}

const deployment = Type.String({ description: 'name or id of a deployment' })
export const namedDeployment = Type.Object({ name: deployment })
export const deploymentName = deployment

/** Names and ids, and nothing else, can be those of a deployment. Throws `not_found`. */
export function nameOf(text: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) return text
  throw new DeployError('not_found', `no deployment can be called ${cleanText(text, { max: 80 })}`)
}
