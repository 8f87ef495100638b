import { cleanText } from '../text/clean.ts'
import { hideSecrets } from '../text/hide-secrets.ts'
import type { Container } from './ports.ts'
import type { Revision } from './record.ts'

/**
 * Text of a container made fit to be kept and told: nothing in it steers a terminal, no secret of the environment stands in it. Cleaned
 * first, so that no secret hides behind an escape sequence; cut last, so that none is cut out of sight.
 */
export function fitToKeep(
  text: string,
  { source }: Pick<Revision, 'source'>,
  container: Pick<Container, 'secrets'> | null,
  max = Number.POSITIVE_INFINITY,
): string {
  return cleanText(hideSecrets(cleanText(text), { ...source.env, ...container?.secrets }), { max })
}
