import { DeployError } from '../deploy/failure.ts'
import type { Progress } from '../deploy/ports.ts'
import type { Ask } from '../engine-api/ask.ts'
import { linesOf } from '../engine-api/lines.ts'
import { engineError } from './engine-errors.ts'
import { bytesOf, failureIn, type Layers, type PullLine, withLine } from './pull-progress.ts'
import { type LoginPlaces, registryLogin } from './registry-login.ts'

export interface Pull {
  ref: string
  platform: string | null
  /** ms */
  within: number
  logins: LoginPlaces
}

/** Pulls one image; the engine has no timeout of its own for a registry that hangs (Docker 26.1.5), so we have. */
export async function pullImage(ask: Ask, pull: Pull, progress: Progress, signal: AbortSignal): Promise<void> {
  const { ref, within } = pull
  const timeout = AbortSignal.timeout(within)
  try {
    await stream(ask, pull, progress, AbortSignal.any([signal, timeout]))
  } catch (error) {
    signal.throwIfAborted()
    if (timeout.aborted) throw new DeployError('pull_timeout', `${ref}: the pull did not end within ${within / 1000} s`, { cause: error })
    throw engineError(error, 'pull', { image: ref })
  }
}

async function stream(ask: Ask, { ref, platform, within, logins }: Pull, progress: Progress, signal: AbortSignal): Promise<void> {
  const login = await registryLogin(ref, logins)
  const headers = login === null ? {} : { 'X-Registry-Auth': login }
  const query = { ...nameAndTag(ref), platform: platform ?? undefined }
  const answer = await ask.stream({ method: 'POST', path: '/images/create', query, headers, within, signal })
  let layers: Layers = new Map()
  for await (const line of linesOf(answer, 64 * 1024)) layers = read(line, layers, progress)
}

function read(text: string, layers: Layers, progress: Progress): Layers {
  if (text.trim() === '') return layers
  const line = JSON.parse(text) as PullLine
  const failure = failureIn(line)
  if (failure !== null) throw new Error(failure)
  const next = withLine(layers, line)
  if (next !== layers) progress({ ...bytesOf(next), detail: line.status ?? '' })
  return next
}

// Without a tag the engine would pull every tag of the repository.
export function nameAndTag(ref: string): { fromImage: string; tag: string } {
  const at = ref.indexOf('@')
  if (at >= 0) return { fromImage: ref.slice(0, at).replace(/:[^:/]+$/, ''), tag: ref.slice(at + 1) }
  const colon = ref.lastIndexOf(':')
  return colon > ref.lastIndexOf('/') ? { fromImage: ref.slice(0, colon), tag: ref.slice(colon + 1) } : { fromImage: ref, tag: 'latest' }
}
