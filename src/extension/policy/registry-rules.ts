import { repositoryOf } from '../../registry-host.ts'
import { argsOf, dockerfilesOf } from '../build-of.ts'
import type { Service } from '../model.ts'
import { undollar } from '../model-text.ts'
import { imagesOf } from './dockerfile-images.ts'
import type { Context, Rule } from './rule.ts'

/** Where images may come from, as the operator says. */
export interface Origins {
  /** HOST or HOST/PATH each; null: from anywhere. */
  registries: readonly string[] | null
  /** Each image must be named by its digest. */
  digest: boolean
}

/** Rows about where images come from: those that are run, and those that a build takes something from. */
export const registryRules: Rule<Service>[] = [
  {
    name: 'foreign_registry',
    decision: 'deny',
    never: 'the operator has said where images come from',
    reason: 'the operator of this Torii allows images of other registries only (TORII_REGISTRIES)',
    safer: 'Take the image from a registry that is allowed, or ask the operator to add this one to TORII_REGISTRIES.',
    find: (service, context) => {
      const { registries } = context.origins
      return registries === null ? [] : named(service, context, (image) => !isAllowed(image, registries), ` (allowed: ${registries.join(', ')})`)
    },
  },
  {
    name: 'image_without_digest',
    decision: 'deny',
    never: 'the operator has said that every image is named by its digest',
    reason: 'the operator of this Torii wants each image named by its digest, for a tag can move (TORII_REQUIRE_DIGEST)',
    safer: 'Write `NAME@sha256:…`: `docker buildx imagetools inspect NAME` shows the digest.',
    find: (service, context) => (context.origins.digest ? named(service, context, (image) => !image.includes('@sha256:'), '') : []),
  },
]

function named(service: Service, context: Context, isBad: (image: string) => boolean, more: string): string[] {
  // What Torii made is pinned by the id of an image that was judged here.
  if (context.rewritten !== null) return []
  const own = service.build || service.image === undefined ? [] : [undollar(service.image)].filter(isBad).map((image) => `image: ${image}${more}`)
  return [...own, ...takenBy(service, context, isBad).map((found) => `build: ${found}${more}`)]
}

function takenBy(service: Service, context: Context, isBad: (image: string) => boolean): string[] {
  const { build } = service
  if (!build) return []
  const inline = build.dockerfile_inline
  const texts = inline === undefined ? dockerfilesOf(build).flatMap((file) => context.read(file) ?? []) : [undollar(inline)]
  const args = argsOf(build)
  const frontend = args['BUILDKIT_SYNTAX'] === undefined ? [] : [args['BUILDKIT_SYNTAX']]
  const images = texts.map((text) => imagesOf(text, { args, target: build.target ?? null, platform: service.platform ?? null }))
  if (images.includes(null)) return ['FROM with more than can be told']
  return [...new Set([...frontend, ...images.flatMap((each) => each ?? [])])].filter(isBad).map((image) => `FROM ${image}`)
}

/** Whether it lies in one of these registries, or below one of these paths. */
export function isAllowed(image: string, registries: readonly string[]): boolean {
  const name = repositoryOf(image)
  return registries.some((each) => name === each || name.startsWith(`${each}/`))
}
