import { DeployError } from '../../src/deploy/failure.ts'
import type { ImageFacts } from '../../src/deploy/plan.ts'
import type { Progress } from '../../src/deploy/ports.ts'
import { reasonOf } from '../../src/docker/engine-errors.ts'
import type { FakeClock } from './clock.ts'

/** An image: what is known of it, whether it is local already, and how its pull goes. */
export interface FakeImage {
  facts?: Partial<ImageFacts>
  local?: boolean
  /** [ms since the pull began, bytes there, bytes in all] */
  progress?: [at: number, current: number, total: number][]
  /** The registry's words. */
  pullFails?: string
  /** The builder's words. */
  buildFails?: string
}

export interface FakeImages {
  /** By reference or id. */
  find(ref: string): ImageFacts | null
  pull(ref: string, progress: Progress, signal: AbortSignal): Promise<void>
  untag(tag: string): void
  build(tag: string, progress: Progress, signal: AbortSignal): Promise<void>
}

/** A registry that has what the test says; a build of what it does not mention just works. */
export function createFakeImages(clock: FakeClock, images: Record<string, FakeImage>): FakeImages {
  const local = new Map<string, ImageFacts>()
  for (const [ref, image] of Object.entries(images)) if (image.local) local.set(ref, factsOf(ref, image))

  const arrive = async (ref: string, image: FakeImage, progress: Progress, signal: AbortSignal) => {
    const began = clock.monotonic()
    for (const [at, current, total] of image.progress ?? []) {
      await clock.sleep(began + at - clock.monotonic(), signal)
      progress({ current, total })
    }
    signal.throwIfAborted()
    return () => local.set(ref, factsOf(ref, image))
  }

  return {
    find: (ref) => local.get(ref) ?? [...local.values()].find(({ id }) => id === ref) ?? null,
    pull: async (ref, progress, signal) => {
      const image = images[ref] ?? { pullFails: 'manifest unknown' }
      const keep = await arrive(ref, image, progress, signal)
      if (image.pullFails !== undefined) throw new DeployError(reasonOf(image.pullFails, 'pull'), `${ref}: ${image.pullFails}`)
      keep()
    },
    untag: (tag) => void local.delete(tag),
    build: async (tag, progress, signal) => {
      const image = images[tag] ?? {}
      const keep = await arrive(tag, image, progress, signal)
      if (image.buildFails !== undefined) throw new DeployError('build_failed', image.buildFails)
      keep()
    },
  }
}

function factsOf(ref: string, { facts }: FakeImage): ImageFacts {
  return { id: `sha256:${ref}`, digest: null, os: 'linux', architecture: 'amd64', size: 1_000_000, check: null, exposed: [], ...facts }
}
