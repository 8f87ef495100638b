import { DeployError, type Reason } from '../deploy/failure.ts'
import { EngineAnswer, wordsOf } from '../engine-api/engine-answer.ts'
import { cleanText } from '../text/clean.ts'

/** First row that matches wins. Texts of Docker Engine 26.1.5 and 28, registries and Compose 2.26 and 5 (facts/engine.json). */
const rows: [RegExp, Reason][] = [
  [/no space left on device|disk quota exceeded/i, 'disk_full'],
  [/toomanyrequests|too many requests|pull rate limit/i, 'registry_rate_limited'],
  [/no matching manifest for|does not match the (specified|expected|detected host) platform|exec format error|provided platform/i, 'wrong_architecture'],
  [
    /manifest unknown|manifest for .* not found|no such image|name unknown|repository does not exist|repository name not known|failed to resolve reference .*not found|no such manifest/i,
    'image_not_found',
  ],
  [
    /\bunauthorized\b|authentication required|no basic auth credentials|access denied|access to the resource is denied|^denied\b|: denied\b|status: 40[13]\b/i,
    'registry_auth',
  ],
  [/port is already allocated|bind: address already in use|ports are not available/i, 'port_in_use'],
  [/pool overlaps|non-overlapping .*address pool|address pools have been fully subnetted|no available (ipv4 )?address/i, 'network_exhausted'],
  [
    /conflict\. the container name|network with name .* (already )?exists|volume name .* already in use|was not created (for|by) |has incorrect label/i,
    'name_conflict',
  ],
  [/cannot connect to the docker daemon|failed to connect to the docker api|error during connect|is the docker daemon running/i, 'engine_unreachable'],
  [/no such container/i, 'container_gone'],
]

/** Only of a pull: these words mean other things elsewhere. */
const pullRows: [RegExp, Reason][] = [
  [/client\.timeout|i\/o timeout|deadline exceeded|handshake timeout/i, 'pull_timeout'],
  [/: not found$/i, 'image_not_found'],
]

/** Only of Compose reading the model it is given. */
const composeRows: [RegExp, Reason][] = [
  [
    /^(validating|yaml|parsing|failed to parse|invalid compose|.*: (mapping|additional property)|.*dependency cycle|.*undefined (network|volume|service))/i,
    'compose_invalid',
  ],
]

const fixes: Partial<Record<Reason, [RegExp, string]>> = {
  image_not_found: [
    /may require 'docker login'/,
    'Check the name and the tag for typing errors, add `build:` to the service, or `torii registry login` if the image is private.',
  ],
}

export type Doing = 'pull' | 'start' | 'create'

const fallback: Record<Doing, Reason> = { pull: 'pull_failed', start: 'start_failed', create: 'start_failed' }
const more: Record<Doing, [RegExp, Reason][]> = { pull: pullRows, start: [], create: composeRows }

/** What went wrong while doing this, by the words alone; unknown words keep the doing's own reason. */
export function reasonOf(words: string, doing: Doing): Reason {
  const found = [...rows, ...more[doing]].find(([pattern]) => pattern.test(words))
  return found?.[1] ?? fallback[doing]
}

/** The engine's, registry's or Compose's words as a failure. */
export function engineError(error: unknown, doing: Doing, about: { image?: string; service?: string | undefined } = {}): DeployError {
  if (error instanceof DeployError && !(error instanceof EngineAnswer)) return error
  const words = wordsOf(error)
  const reason = reasonOf(words, doing)
  const [pattern, fix] = fixes[reason] ?? []
  const detail = cleanText(about.image === undefined ? shortened(words) : `${about.image}: ${words}`, { max: 600 })
  return new DeployError(reason, detail, { service: about.service, fix: pattern?.test(words) ? fix : undefined, cause: error })
}

// runc's words come in five wrappers that say nothing (Docker 26.1.5):
// failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: WORDS: unknown
export function shortened(words: string): string {
  return words
    .replace(
      /^(failed to create task for container: |failed to create shim task: |OCI runtime create failed: |runc create failed: |unable to start container process: )+/,
      '',
    )
    .replace(/: unknown$/, '')
}
