import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'

/**
 * Older ones let clients forge X-Forwarded-Prefix and what aliases it (GHSA-6384-m2mw-rf54, 3.6.14; CVE-2026-88879, 3.7.12, where
 * `aliasHeadersStrategy` came).
 */
export const oldestTraefik = '3.7.12'

/** What an older one says of the option it does not know, and ends. */
const unknownOption = /aliasheadersstrategy/i

/** null: new enough. */
export function tooOld(version: string, image: string): DeployError | null {
  return isNewEnough(version) ? null : oldTraefik(cleanText(version, { max: 40 }), image)
}

/** Why it ended, by its last words; null: not for its age. */
export function tooOldByItsWords(words: string, image: string): DeployError | null {
  return unknownOption.test(words) ? oldTraefik(`older than ${oldestTraefik}`, image) : null
}

function oldTraefik(version: string, image: string): DeployError {
  return new DeployError('proxy_unreachable', `the image ${image} holds Traefik ${version}, and Torii needs ${oldestTraefik} or later`, {
    fix: `Remove that image and run \`sh setup/traefik-image.sh\`, or set TORII_TRAEFIK_IMAGE to a Traefik of ${oldestTraefik} or later, then \`torii up\`.`,
  })
}

function isNewEnough(version: string): boolean {
  const match = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(version)
  if (!match) return false
  const seen = match.slice(1).map(Number)
  const needed = oldestTraefik.split('.').map(Number)
  const at = needed.findIndex((part, i) => seen[i] !== part)
  return at === -1 || (seen[at] ?? 0) > (needed[at] ?? 0)
}
