import { createHash } from 'node:crypto'
import { DeployError } from '../deploy/failure.ts'
import type { Build, PlannedImage } from '../deploy/plan.ts'
import type { RevisionRef } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'
import { buildOf } from './build-of.ts'
import { referenceTrouble } from './image-reference.ts'
import { type Build as ComposeBuild, type Model, replicasOf, type Service, servicesOf } from './model.ts'
import { undollar } from './model-text.ts'
import type { Context } from './policy/rule.ts'

/** Every image that must be there before anything starts, each once. With `folder` what its builds read is in them, just as that has judged it. */
export function plannedImages(model: Model, ref: RevisionRef, folder?: Pick<Context, 'folder' | 'read'>): PlannedImage[] {
  const images = new Map<string, PlannedImage>()
  for (const [name, service] of servicesOf(model)) {
    if (replicasOf(service) === 0) continue
    const image = imageOf(name, service, ref, folder)
    const before = images.get(image.ref)
    images.set(image.ref, before === undefined ? image : together(before, image))
  }
  return [...images.values()]
}

/** The reference a service's image is known by: what is pulled, or the tag our build gets. */
export function refOfService(name: string, service: Service, ref: RevisionRef): string {
  return service.build ? buildTag(name, ref) : undollar(service.image ?? '')
}

/** Tagged by us, a revision: `image:` beside `build:` would overwrite somebody's local tag. */
export function buildTag(service: string, ref: RevisionRef): string {
  const plain = service
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 100)
  const exact = plain === service ? '' : `-${createHash('sha256').update(service).digest('hex').slice(0, 8)}`
  return `torii/${ref.deployment.replaceAll('-', '').slice(0, 12)}-${`${plain}${exact}`.replace(/^-/, '')}:r${ref.revision}`
}

function imageOf(name: string, service: Service, ref: RevisionRef, folder: Pick<Context, 'folder' | 'read'> | undefined): PlannedImage {
  const tag = refOfService(name, service, ref)
  const trouble = service.build ? null : referenceTrouble(tag)
  if (trouble !== null) throw invalid(name, `image "${tag}": ${trouble}`)
  return {
    services: [name],
    ref: tag,
    pullPolicy: policyOf(service),
    platform: service.platform ?? null,
    build: service.build ? builtFrom(name, service.build, folder) : null,
  }
}

function builtFrom(name: string, build: ComposeBuild, folder: Pick<Context, 'folder' | 'read'> | undefined): Build {
  if (build.context === undefined) throw invalid(name, 'build has no context')
  return buildOf({ ...build, context: build.context }, folder)
}

/** "daily" and the like mean: do not trust what is there, so they pull. */
function policyOf(service: Service): PlannedImage['pullPolicy'] {
  if (service.build) return 'build'
  const policy = service.pull_policy ?? 'missing'
  if (policy === 'never' || policy === 'missing' || policy === 'if_not_present') return policy
  return policy === 'build' ? 'missing' : 'always'
}

function together(a: PlannedImage, b: PlannedImage): PlannedImage {
  const [service = ''] = b.services
  if (a.platform !== b.platform) throw invalid(service, `image "${a.ref}" is asked for two platforms by ${a.services[0]} and ${service}`)
  const pullPolicy = b.pullPolicy === 'always' ? 'always' : a.pullPolicy === 'never' ? b.pullPolicy : a.pullPolicy
  return { ...a, services: [...a.services, ...b.services], pullPolicy }
}

function invalid(service: string, detail: string): DeployError {
  return new DeployError('compose_invalid', cleanText(`services.${service}: ${detail}`, { max: 300 }), {
    service,
    fix: 'Correct the image of that service and deploy again.',
  })
}
