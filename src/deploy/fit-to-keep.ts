import { cleanText } from '../text/clean.ts'
import { scrubberOf } from '../text/hide-secrets.ts'
import { modelSecrets } from '../text/model-secrets.ts'
import type { Scrubber } from '../text/scrubber.ts'
import { isSecretName } from '../text/secret-names.ts'
import { secretVariables } from '../text/secret-variables.ts'
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
export function scrubberFor(revision: Known, more: Record<string, string> = {}): Scrubber {
  return scrubberOf({ ...secretsOf(revision), ...more })
}

/** By name. */
export function secretsOf({ source, resolved }: Known): Record<string, string> {
  return { ...metadataSecrets(source.metadata), ...modelSecrets(resolved ?? '', source.env), ...secretVariables(source.env), ...source.env }
}

/** kamiwaza.json: whatever stands under a name that says so. */
function metadataSecrets(metadata: unknown): Record<string, string> {
  if (typeof metadata !== 'object' || metadata === null) return {}
  const parts = Object.entries(metadata).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string') return isSecretName(name) ? [[`secret in kamiwaza.json, ${name}`, value]] : []
    return Object.entries(metadataSecrets(value))
  })
  return Object.fromEntries(parts)
}
