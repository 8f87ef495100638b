import { randomUUID } from 'node:crypto'
import { cleanText } from '../text/clean.ts'
import { answersTo, newRevision, placeFor } from './admit.ts'
import { DeployError } from './failure.ts'
import { scrubberFor } from './fit-to-keep.ts'
import type { Change, Forecast, ForecastImage, ForecastService } from './forecast-view.ts'
import { replacedBy } from './in-place.ts'
import { whyOneshot } from './judge-exit.ts'
import type { ImageFacts, Plan, PlannedImage, PlannedService } from './plan.ts'
import { refuseForeign } from './platform.ts'
import type { NamedRequest, Ports } from './ports.ts'
import { type Deployment, type Revision, refOf } from './record.ts'
import { publishedRoutes } from './routes.ts'
import { timelinesOf } from './timeline.ts'
import type { Tools } from './tools.ts'
import { turnsOf } from './turns.ts'

/** Where the id of a deployment that is not there yet will stand: the extension's own word for it. */
const newId = '{deployment_id}'

interface Found {
  planned: PlannedImage
  step: ForecastImage['step']
  facts: ImageFacts | null
}

/**
 * What `deploy` would do with this request: the same steps as far as they start and record nothing. Rejects with the DeployError that a
 * deploy would be refused with, or would fail with for certain.
 */
export async function forecast(request: NamedRequest, tools: Tools): Promise<Forecast> {
  const { extensions, engine } = tools
  const { source: read, notices } = await extensions.read(request)
  request.mayUse?.(read.name)
  const { deployment, isNew, ref, port } = await placeFor(read, tools)
  const { resolved, notices: more, policy } = await extensions.resolve(read, ref, await answersTo(request, deployment, tools))
  const source = { ...read, policy }
  const draft = await newRevision({ ref, source, resolved, subnets: [], before: port }, tools)
  const live = await liveOf(deployment, tools)
  const platform = await engine.platform()
  const images = await Promise.all(extensions.images(resolved, ref).map((planned) => find(planned, live, engine)))
  for (const { planned, facts, step } of images) if (facts !== null && step === 'present') refuseForeign(planned, facts, platform)
  const { plan, notices: last } = await rewritten(draft, images, tools)
  const coming = { ...draft, plan }
  const replaced = await replacedBy(coming, tools)
  return {
    deployment: { id: isNew ? null : deployment.id, name: deployment.name, kind: deployment.kind },
    revision: ref.revision,
    live: live?.revision ?? null,
    update: { how: replaced !== null ? 'in_place' : live === null ? 'first' : 'beside', volumes: replaced?.volumes ?? [], ports: replaced?.ports ?? [] },
    routes: routesOf(coming, isNew, tools),
    routed: plan.route === null ? null : { service: plan.route.service, port: plan.route.port },
    images: images.map(imageView),
    services: servicesOf(coming, plan, images),
    volumes: plan.volumes.map(({ name, writers }) => ({ name, writers })),
    longest: longestOf(coming, plan),
    changes: live === null ? [] : [...imagesBuiltAnew(live, plan), ...extensions.changes(live, coming)],
    notices: [...notices, ...more, ...last],
  }
}

async function liveOf({ id, live }: Deployment, { store }: Tools): Promise<Revision | null> {
  return live === null ? null : store.revision({ deployment: id, revision: live })
}

async function find(planned: PlannedImage, live: Revision | null, engine: Ports['engine']): Promise<Found> {
  if (planned.build !== null) {
    const before = live?.plan?.services.find(({ name }) => planned.services.includes(name))?.imageId ?? null
    return { planned, step: 'build', facts: before === null ? null : await engine.image(before) }
  }
  const facts = await engine.image(planned.ref)
  if (facts === null && planned.pullPolicy === 'never')
    throw new DeployError('image_not_found', `${planned.ref} is not on this machine, and its pull_policy is never`, { service: planned.services[0] })
  return { planned, facts, step: facts === null || planned.pullPolicy === 'always' ? 'pull' : 'present' }
}

/** The subnets are nobody's: they are given back at once, and no deploy of the same name finds them held. */
async function rewritten(draft: Revision, images: Found[], tools: Tools): Promise<{ plan: Plan; notices: string[] }> {
  const { store, engine, extensions, proxy, starting } = tools
  const sizes = extensions.subnetSizes(draft.resolved)
  const { subnets, giveBack } = await store.holdSubnets({ deployment: randomUUID(), revision: 1 }, sizes, await engine.subnets())
  try {
    const unknown = images.some(({ facts }) => facts === null)
    const { plan, notices } = extensions.rewrite({
      ref: refOf(draft),
      source: draft.source,
      resolved: draft.resolved,
      images: new Map(images.flatMap(({ planned, facts }) => (facts === null ? [] : [[planned.ref, facts]]))),
      subnets,
      port: draft.port,
      publicUrl: publishedRoutes(draft, proxy).at(-1)?.url ?? '',
      starting: starting.others(refOf(draft)),
      startInterval: await engine.startInterval(),
      engine: await engine.ceilings(),
      imagesMayMiss: true,
    })
    if (plan.route === null && draft.source.kind === 'app' && !unknown) throw new DeployError('no_route', 'no service of this app has a tcp port')
    return { plan, notices }
  } finally {
    giveBack()
  }
}

/** What an image that is not here will say cannot be known: an app is taken to be routed. */
function routesOf(coming: Revision, isNew: boolean, { proxy }: Tools): Forecast['routes'] {
  const revision = coming.plan?.route === null && coming.source.kind === 'app' ? { ...coming, plan: null } : coming
  return publishedRoutes(revision, proxy).map(({ kind, url }) => ({ route: kind, url: isNew ? url.replace(coming.deployment, newId) : url }))
}

function imageView({ planned, step, facts }: Found): ForecastImage {
  return {
    image: planned.ref,
    services: planned.services,
    step,
    id: facts?.id ?? null,
    digest: facts?.digest ?? null,
    size: facts?.size ?? null,
  }
}

function servicesOf(revision: Revision, plan: Plan, images: Found[]): ForecastService[] {
  const timelines = timelinesOf(plan, revision.source.settings.gate.timeout)
  const scrubber = scrubberFor(revision)
  const told = (text: string) => cleanText(scrubber.text(text), { max: 500 })
  return plan.services.flatMap((planned) => {
    const timeline = timelines.get(planned.name)
    return timeline === undefined ? [] : [serviceView(planned, isKnown(planned, images), timeline, told)]
  })
}

function isKnown({ name }: PlannedService, images: Found[]): boolean {
  return images.some(({ planned, facts }) => planned.services.includes(name) && facts !== null)
}

function serviceView(planned: PlannedService, known: boolean, timeline: ForecastService['timeline'], told: (text: string) => string): ForecastService {
  const { name: service, image, replicas, dependsOn, restart } = planned
  // A check may carry a password.
  const check = planned.check && { ...planned.check, test: planned.check.test.map(told) }
  const oneshot = known || planned.oneshot ? whyOneshot(planned) : null
  return { service, image, known, replicas, dependsOn, restart, oneshot, added: planned.added ?? [], check, timeline }
}

/** Deadlines are sequential (reading 7); both rounds of the probe have their whole time. */
function longestOf({ source: { settings } }: Revision, plan: Plan): Forecast['longest'] {
  return { gate: turnsOf(plan).length * settings.gate.timeout, probe: settings.probe.type === 'none' || plan.route === null ? 0 : settings.probe.timeout }
}

/** The same reference means another image by now. */
function imagesBuiltAnew(live: Revision, plan: Plan): Change[] {
  return plan.services.flatMap(({ name, image, imageId }) => {
    const before = live.plan?.services.find((each) => each.name === name)
    const isOther = before !== undefined && before.image === image && before.imageId !== null && imageId !== null && before.imageId !== imageId
    return isOther ? [{ service: name, what: 'image' as const, name: image, change: 'changed' as const, before: before.imageId ?? '', after: imageId }] : []
  })
}
