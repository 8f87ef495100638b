import { rememberFew } from './remember-few.ts'
import { createScrubber, type Scrubber } from './scrubber.ts'
import { namedSecrets } from './secret-variables.ts'
import type { Secrets } from './secrets.ts'

/** A text without the values of these variables, those that are secrets by their names, and without what looks like a secret. */
export function hideSecrets(text: string, env: Record<string, string>): string {
  return scrubberOf(namedSecrets(env)).text(text)
}

/** Without the values alone: Compose's errors quote what they were given. */
export function hideValues(text: string, secrets: Secrets): string {
  return scrubberOf(secrets).values(text)
}

const scrubbers = rememberFew<string, Scrubber>(100)

/** The same secrets are compiled once. */
export function scrubberOf(secrets: Secrets): Scrubber {
  return scrubbers.of(JSON.stringify([...secrets]), () => createScrubber(secrets))
}
