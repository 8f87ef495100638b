import { cleanText } from '../text/clean.ts'
import { hideSecrets } from '../text/hide-secrets.ts'
import { modelSecrets } from '../text/model-secrets.ts'
import { secretVariables } from '../text/secret-variables.ts'
import type { Container } from './ports.ts'
import type { Revision } from './record.ts'

/**
 * Text of a container made fit to be kept and told: nothing in it steers a terminal, no secret of the deployment stands in it. Cleaned
 * first, so that no secret hides behind an escape sequence; cut last, so that none is cut out of sight.
 */
export function fitToKeep(
  text: string,
  revision: Pick<Revision, 'source'> & Partial<Pick<Revision, 'resolved'>>,
  container: Pick<Container, 'secrets'> | null,
  max = Number.POSITIVE_INFINITY,
): string {
  return cleanText(hideSecrets(cleanText(text), { ...secretsOf(revision), ...container?.secrets }), { max })
}

/** What the deployment was given and what its model holds, whichever service prints it. */
export function secretsOf({ source, resolved }: Pick<Revision, 'source'> & Partial<Pick<Revision, 'resolved'>>): Record<string, string> {
  return { ...modelSecrets(resolved ?? '', source.env), ...secretVariables(source.env), ...source.env }
}
