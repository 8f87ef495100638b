import type { Check, Plan } from '../deploy/plan.ts'
import type { RevisionFile, RewriteInput } from '../deploy/ports.ts'
import { projectOf } from '../deploy/record.ts'
import { programsOf } from './called-programs.ts'
import { type CopiedBind, copiedBinds, copiesFolder, ofCopy } from './copied-binds.ts'
import { draftOf, leftOut } from './draft.ts'
import { formatDuration } from './duration.ts'
import { environmentOf, overridden, type Told, toldOf } from './environment.ts'
import { fastStart, plainStart } from './fast-start.ts'
import { type HeldBack, holdBack } from './hold-back.ts'
import { hostPorts, publishedNotice } from './host-ports.ts'
import { planOf } from './make-plan.ts'
import { filesOf, mountsOf } from './materialise.ts'
import type { Attachment, Dict, Healthcheck, Model, Mount, Service } from './model.ts'
import { dict, dollar, stringifyModel, undollar } from './model-text.ts'
import { joined, withSubnets } from './network.ts'
import { byFile } from './order.ts'
import { enforce } from './policy/policy.ts'
import { rootServices } from './root-services.ts'
import { fixedRoute, type Route } from './route-address.ts'
import { routedService } from './routed.ts'
import { type Prepared, type Studied, studyServices } from './study.ts'
import { volumeName } from './volumes.ts'
import { contextOf, filesFolder, labelsOf, type World } from './world.ts'

export interface Rewritten {
  model: string
  plan: Plan
  notices: string[]
  files: RevisionFile[]
}

/** What every service is rewritten with. */
interface Frame {
  input: RewriteInput
  world: World
  told: Told
  folder: string
  route: Route | null
  /** What is mounted from a copy, and where the copies lie. */
  copied: ReadonlyMap<string, CopiedBind>
  copies: string
}

/** The model that is started, and its plan: decided from the resolved model and what the images say, nothing else. */
export function rewriteExtension(input: RewriteInput, world: World): Rewritten {
  const draft = draftOf(input.resolved, input.source, input.ref, world)
  const services = prepare(byFile(studyServices(draft, input.images, input.ref, input), input.source.order), input)
  const route = fixedRoute(routedService(candidates(services), input.source.settings.primary), draft, input.subnets)
  const folders = { folder: filesFolder(world.config, input.ref), copies: copiesFolder(world.config, input.ref) }
  const frame = { input, world, told: toldOf(input, world.config), route, copied: copiedBinds(draft, input.source), ...folders }
  const model = modelOf(draft, services, frame)
  const made = { filesFolder: frame.folder, copiesFolder: frame.copies, subnets: input.subnets }
  const said = enforce(model, { ...contextOf(model, input.source, input.ref, world), rewritten: made, root: rootServices(services) })
  const files = filesOf({ model: draft, env: input.source.env, folder: input.source.folder, readFile: world.readFile })
  return {
    model: stringifyModel(model),
    plan: planOf(draft, services, route, input, (each) => heldBackOf(each, frame)),
    notices: [...said, ...noticesOf(services, frame)],
    files,
  }
}

function prepare(services: Studied[], { source, startInterval, starting }: RewriteInput): Prepared[] {
  const own = services.reduce((sum, each) => sum + (each.check === null ? 0 : each.replicas), 0)
  // What we ask ourselves needs nothing of the engine.
  const knows = ({ outside }: Studied) => startInterval || outside !== null
  const begin = (each: Studied, check: Check) => (source.settings.fastStart && knows(each) ? fastStart(check, { own, others: starting }) : plainStart(check))
  return services.map((each) => ({ ...each, start: each.check === null ? null : begin(each, knows(each) ? each.check : { ...each.check, startInterval: 0 }) }))
}

function candidates(services: Studied[]) {
  return services.map(({ image, ...each }) => ({ ...each, exposed: image?.exposed ?? [] }))
}

function modelOf(draft: Model, services: Prepared[], frame: Frame): Model {
  const { ref, subnets } = frame.input
  const project = projectOf(ref)
  const volumes = Object.keys(draft.volumes ?? {}).map((name) => [name, { external: true, name: volumeName(ref.deployment, name) }] as const)
  return {
    name: project,
    services: dict(services.map((each) => [each.name, serviceOf(each, frame)])),
    networks: withSubnets(draft, subnets, project, labelsOf(frame.input.ref, frame.world)),
    ...(volumes.length === 0 ? {} : { volumes: dict(volumes) }),
  }
}

/** Read by Torii, resolved by Compose before, or not wanted in what is started. */
const gone = [
  'build',
  'configs',
  'secrets',
  'env_file',
  'label_file',
  'platform',
  'ports',
  'profiles',
  'pull_policy',
  'pull_refresh_after',
  'image',
  'healthcheck',
  'labels',
]

/** Stands for an image that is not here, in a look ahead alone. */
const unknownImage = `sha256:${'0'.repeat(64)}`

function serviceOf(each: Prepared, frame: Frame): Service {
  const { service, name } = each
  const kept = Object.entries(service).filter(([key]) => !gone.includes(key) && !key.startsWith('x-'))
  const volumes = [...(service.volumes ?? []).map((mount) => pinned(mount, frame)), ...mountsOf(service, frame.folder)]
  const healthcheck = healthcheckOf(each, frame.input.startInterval)
  const ports = hostPorts(service, frame.input.source)
  return {
    ...Object.fromEntries(kept),
    ...heldBackOf(each, frame).options,
    ...(ports.length === 0 ? {} : { ports }),
    image: each.image?.id ?? (frame.input.imagesMayMiss ? unknownImage : (service.image ?? '')),
    environment: environmentOf(service, frame.told),
    labels: dict([...Object.entries(ownLabels(service)), ...Object.entries(labelsOf(frame.input.ref, frame.world)), ['torii.service', name]]),
    ...(healthcheck === null ? {} : { healthcheck }),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(service.network_mode === undefined ? { networks: networksOf(name, service, frame.route) } : {}),
  }
}

function heldBackOf(each: Studied, { world, input }: Pick<Frame, 'world' | 'input'>): HeldBack {
  const programs = input.source.policy?.profile === 'strict' ? [] : programsOf(each)
  return holdBack(each.name, each.service, world.config.ceilings, input.engine, programs)
}

/** Of the folder a container reads a copy. A live bind leads where it was seen to lead, whatever its links say later. */
function pinned(mount: Mount, { world, input, copied, copies }: Frame): Mount {
  if (mount.type !== 'bind') return mount
  const copy = ofCopy(mount, copied, copies)
  if (copy !== null) return copy
  const source = dollar(world.look(undollar(mount.source ?? '')).real)
  return { ...mount, source, ...(input.bindsReadOnly ? { read_only: true } : {}) }
}

function ownLabels(service: Service): Dict {
  return Array.isArray(service.labels) ? dict(service.labels.map((label) => label.split(/=(.*)/s).slice(0, 2) as [string, string])) : (service.labels ?? {})
}

/** Timing only: the test is never repeated, so that an image's own test stays (design §3.2). */
function healthcheckOf({ service, oneshot, start, check, outside }: Prepared, startInterval: boolean): Healthcheck | null {
  if (oneshot) return { disable: true }
  const { start_interval: _, ...own } = service.healthcheck ?? {}
  const before = startInterval ? (service.healthcheck ?? null) : service.healthcheck ? own : null
  if (start === null || check === null || outside !== null) return before
  const { startPeriod, startInterval: every } = start.check
  const floored = check.interval <= 1000 ? { interval: formatDuration(check.interval) } : {}
  const faster =
    start.check === check || every === 0 || startPeriod === 0 ? {} : { start_period: formatDuration(startPeriod), start_interval: formatDuration(every) }
  return Object.keys({ ...before, ...floored, ...faster }).length === 0 ? null : { ...before, ...floored, ...faster }
}

function networksOf(name: string, service: Service, route: Route | null): Dict<Attachment> {
  const fixed = route?.service === name && route.address !== null ? route : null
  return dict(
    joined(service).map((network) => [
      network,
      { ...service.networks?.[network], ...(fixed?.network === network && fixed.address ? { ipv4_address: fixed.address } : {}) },
    ]),
  )
}

function noticesOf(services: Prepared[], { input, told, world }: Frame): string[] {
  return [
    ...services.flatMap((each) => heldBackOf(each, { world, input }).notices),
    ...services.flatMap(({ name, service }) => hostPorts(service, input.source).map((port) => publishedNotice(name, port))),
    ...leftOut(world.parse(input.resolved)).map((name) => `${name}: it asks for 0 replicas, so it is left out.`),
    ...services.flatMap(({ name, service }) =>
      overridden(service, told).map((variable) => `${name}: ${variable} is told by Torii; the file's own value is not used.`),
    ),
    ...services
      .filter(({ settings, outside }) => settings.healthcheck !== null && outside === null)
      .map(
        ({ name, oneshot }) =>
          `${name}: x-torii.healthcheck is not used: ${oneshot ? 'it is a one-shot, which is judged by its exit alone' : 'the service has a HEALTHCHECK of its own'}.`,
      ),
    ...services
      .filter(({ image, service }) => (image?.check?.interval ?? 1000) < 1000 && service.healthcheck?.interval === undefined)
      .map(({ name }) => `${name}: the image's health check runs every second at most.`),
  ]
}
