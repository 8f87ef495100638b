import type { Check, ImageFacts } from '../deploy/plan.ts'
import { repositoryOf } from '../registry-host.ts'

export interface InspectedImage {
  Id: string
  RepoDigests?: string[] | null
  Os: string
  Architecture: string
  Size: number
  Config?: {
    Healthcheck?: Healthcheck | null
    ExposedPorts?: Record<string, unknown> | null
    User?: string
    Entrypoint?: string[] | null
    Cmd?: string[] | null
  } | null
}

/** Durations in nanoseconds. */
interface Healthcheck {
  Test?: string[] | null
  Interval?: number
  Timeout?: number
  Retries?: number
  StartPeriod?: number
  StartInterval?: number
}

/** With its tag in words: the engine takes a bare name of hexadecimal digits for the id of any image that begins so. */
export function withTag(ref: string): string {
  return ref.includes('@') || ref.lastIndexOf(':') > ref.lastIndexOf('/') ? ref : `${ref}:latest`
}

/** `ref`: by which it was asked for. The digest is of that repository: one image may have come under several names. */
export function imageFactsOf(image: InspectedImage, ref: string): ImageFacts {
  return {
    id: image.Id,
    digest: image.RepoDigests?.find((each) => repositoryOf(each) === repositoryOf(ref)) ?? null,
    os: image.Os,
    architecture: image.Architecture,
    size: image.Size,
    check: checkOf(image.Config?.Healthcheck),
    exposed: exposedOf(image.Config?.ExposedPorts),
    ...(image.Config?.User ? { user: image.Config.User } : {}),
    ...commandOf(image),
  }
}

function commandOf({ Config: config }: InspectedImage): Pick<ImageFacts, 'command'> {
  const command = [...(config?.Entrypoint ?? []), ...(config?.Cmd ?? [])]
  return command.length === 0 ? {} : { command }
}

function checkOf(check: Healthcheck | null | undefined): Check | null {
  const test = check?.Test ?? []
  if (!check || test.length === 0 || test[0] === 'NONE') return null
  return {
    test,
    interval: milliseconds(check.Interval),
    timeout: milliseconds(check.Timeout),
    retries: check.Retries ?? 0,
    startPeriod: milliseconds(check.StartPeriod),
    startInterval: milliseconds(check.StartInterval),
  }
}

function milliseconds(nanoseconds = 0): number {
  return nanoseconds / 1_000_000
}

function exposedOf(ports: Record<string, unknown> | null | undefined): number[] {
  const tcp = Object.keys(ports ?? {}).map((port) => /^(\d+)(?:\/tcp)?$/.exec(port)?.[1])
  return tcp
    .filter((port) => port !== undefined)
    .map(Number)
    .sort((a, b) => a - b)
}
