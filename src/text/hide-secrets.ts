import { createScrubber, type Scrubber } from './scrubber.ts'
import { namedSecrets } from './secret-variables.ts'

/** A text without the values of these variables, those that are secrets by their names, and without what looks like a secret. */
export function hideSecrets(text: string, env: Record<string, string>): string {
  return scrubberOf(env).text(text)
}

/** Without the values alone: Compose's errors quote what they were given. */
export function hideValues(text: string, env: Record<string, string>): string {
  return scrubberOf(env).values(text)
}

const most = 100
const known = new Map<string, Scrubber>()

/** Knows those of these values that are secrets by their names. The same values are compiled once. */
export function scrubberOf(env: Record<string, string>): Scrubber {
  const secrets = namedSecrets(env)
  const key = JSON.stringify(secrets)
  const scrubber = known.get(key) ?? createScrubber(secrets)
  known.delete(key)
  known.set(key, scrubber)
  for (const oldest of [...known.keys()].slice(0, -most)) known.delete(oldest)
  return scrubber
}
