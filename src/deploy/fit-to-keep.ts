import { cleanText } from '../text/clean.ts'
import { scrubberOf } from '../text/hide-secrets.ts'
import { modelSecrets } from '../text/model-secrets.ts'
import type { Scrubber } from '../text/scrubber.ts'
import { isSecretName } from '../text/secret-names.ts'
import { namedSecrets, secretVariables } from '../text/secret-variables.ts'
import { joinSecrets, noSecrets, type Secrets, secretsFrom } from '../text/secrets.ts'
import type { Container } from './ports.ts'
import type { Revision } from './record.ts'

type Known = Pick<Revision, 'source'> & Partial<Pick<Revision, 'resolved'>>

/**
 * Text of a container made fit to be kept and told: nothing in it steers a terminal, no secret of the deployment stands in it. Cleaned
 * first, so that no secret hides behind an escape sequence; cut last, so that none is cut out of sight.
 */
export function fitToKeep(text: string, revision: Known, container: Pick<Container, 'secrets'> | null, max = Number.POSITIVE_INFINITY): string {
  return keeperOf(revision, container)(text, max)
}

/** The same for many texts. */
export function keeperOf(revision: Known, container: Pick<Container, 'secrets'> | null): (text: string, max?: number) => string {
  const { text: scrubbed } = scrubberFor(revision, container?.secrets)
  return (text, max = Number.POSITIVE_INFINITY) => {
    const fit = scrubbed(cleanText(text))
    return fit.length <= max ? fit : cleanText(fit, { max })
  }
}

/** Knows what the deployment was given and what its model holds, whichever service prints it. */
export function scrubberFor(revision: Known, more: Secrets = noSecrets): Scrubber {
  return scrubberOf(joinSecrets(secretsOf(revision), more))
}

export function secretsOf({ source, resolved }: Known): Secrets {
  const { env, metadata } = source
  return joinSecrets(secretsFrom(metadataSecrets(metadata)), modelSecrets(resolved ?? '', env), secretVariables(env), namedSecrets(env))
}

/** kamiwaza.json: whatever stands under a name that says so. */
function metadataSecrets(metadata: unknown): [name: string, value: string][] {
  if (typeof metadata !== 'object' || metadata === null) return []
  return Object.entries(metadata).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string') return isSecretName(name) ? [[`secret in kamiwaza.json, ${name}`, value]] : []
    return metadataSecrets(value)
  })
}
