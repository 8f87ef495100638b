import { basename } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Answers, Consent, Stance } from '../../src/deploy/consent.ts'
import { DeployError } from '../../src/deploy/failure.ts'
import type { Check, Plan, PlannedImage, PlannedService, Settings } from '../../src/deploy/plan.ts'
import type { DeployRequest, Extensions, RewriteInput } from '../../src/deploy/ports.ts'
import { type Kind, projectOf, type RevisionRef, type Source } from '../../src/deploy/record.ts'
import { orderServices } from '../../src/extension/order.ts'
import type { FakeService } from './container.ts'
import type { FakeApp } from './proxy.ts'

interface SomeSettings extends Partial<Omit<Settings, 'gate' | 'probe' | 'update'>> {
  gate?: Partial<Settings['gate']>
  probe?: Partial<Settings['probe']>
  update?: Partial<Settings['update']>
}

/** A folder that can be deployed: what `read`, `resolve` and `rewrite` make of it, and how it behaves once it runs. */
export interface FakeExtension {
  /** Absent: the last part of its path. */
  name?: string
  /** In file order; a service's facts as the plan has them, and what its containers do. */
  services: Record<string, Partial<PlannedService> & { does?: FakeService; pulls?: Partial<PlannedImage> }>
  /** Absent: port 8000 of the first service; null: nothing to route to. */
  route?: { service: string; port: number } | null
  /** Named volumes and who writes them. */
  volumes?: Record<string, string[]>
  settings?: SomeSettings
  /** Paths that are mounted from a copy. */
  mounts?: string[]
  /** What the routed service answers; absent: 200, at once. */
  app?: FakeApp
  notices?: string[]
  /** Rules of the policy that need a consent. */
  asks?: string[]
  /** Where it is refused, and why. */
  refused?: { at: 'read' | 'resolve' | 'rewrite'; why: DeployError }
}

export interface FakeExtensions extends Extensions {
  /** Files of revisions that are there: `r1 name`. */
  files: Set<string>
  /** Ids of uploads that are not needed any more. */
  released: string[]
}

interface Setup {
  /** By path. */
  extensions: Record<string, FakeExtension>
  /** Hears what is going to run where. */
  born?: (extension: FakeExtension, plan: Plan, ref: RevisionRef) => void
}

/** The guide's own check: interval 10 s, start period 30 s, 3 retries. */
export const guidesCheck: Check = { test: ['CMD', 'check'], interval: 10_000, timeout: 5000, retries: 3, startPeriod: 30_000, startInterval: 0 }

export const plainSettings: Settings = {
  ...{ routing: 'both', stripPathPrefix: true, fastStart: true, primary: null, gate: { timeout: 180_000, interval: 5000 } },
  probe: { type: 'http', path: '/', timeout: 60_000, interval: 1000, expect: 400 },
  update: { strategy: 'auto' },
}

/** Reads no file and runs no Compose: every answer comes from the script of the path. */
export function createFakeExtensions({ extensions, born = () => {} }: Setup): FakeExtensions {
  const files = new Set<string>()
  const released: string[] = []
  const at = (path: string): FakeExtension => {
    const extension = extensions[path]
    if (!extension) throw new DeployError('compose_invalid', `there is no Compose file in ${path}`)
    return extension
  }
  const refuse = (place: NonNullable<FakeExtension['refused']>['at'], { refused }: FakeExtension) => {
    if (refused?.at === place) throw refused.why
  }
  const of = (resolved: string) => at(parse(resolved).path)

  return {
    files,
    released,
    read: async (request) => {
      const extension = at(request.path)
      refuse('read', extension)
      return { source: sourceOf(request, extension), notices: extension.notices ?? [], onlyNetwork: 27 }
    },
    resolve: async ({ folder }, _, answers) => {
      const extension = at(folder)
      refuse('resolve', extension)
      const { policy, consent } = answered(extension, answers)
      return { resolved: stringify({ path: folder }), notices: [], policy, consent }
    },
    judge: async ({ folder, name }) => ({
      name,
      profile: 'developer',
      model: modelHash,
      refused: (at(folder).asks ?? []).length > 0,
      file: null,
      unseen: [],
      findings: [],
    }),
    images: (resolved) => imagesOf(of(resolved)),
    subnetSizes: () => [27],
    defaultNetwork: (ref, subnet) => ({
      name: `${projectOf(ref)}_default`,
      subnet,
      ipRange: subnet,
      labels: { 'torii.deployment': ref.deployment, 'torii.revision': String(ref.revision) },
    }),
    rewrite: (input) => {
      const extension = of(input.resolved)
      refuse('rewrite', extension)
      const plan = planOf(extension, input)
      born(extension, plan, input.ref)
      return { model: modelOf(plan, input.ref), plan, notices: [], files: [{ path: 'config', content: 'text' }] }
    },
    changes: (before, after) => {
      const [old, now] = [before, after].map(({ source }) => source.folder)
      return old === now ? [] : [{ service: null, what: 'option', name: 'folder', change: 'changed' }]
    },
    copyMounts: async (resolved, { revision }, _, signal) => {
      signal.throwIfAborted()
      for (const path of of(resolved).mounts ?? []) files.add(`r${revision} ${path}`)
    },
    writeFiles: async ({ revision }, written) => {
      for (const { path } of written) files.add(`r${revision} ${path}`)
    },
    release: async ({ upload }) => void (upload && released.push(upload.id)),
    removeFiles: async ({ revision }) => {
      for (const file of files) if (file.startsWith(`r${revision} `)) files.delete(file)
    },
  }
}

/** Of every extension the same: the fakes know one model. */
export const modelHash = 'f'.repeat(64)

/** As the policy asks: whoever allows every rule, or has done so before, is let through. */
function answered({ asks = [] }: FakeExtension, { allow = [], consent, recorded }: Answers): { policy: Stance; consent: Consent } {
  const yes = new Set([...allow, ...[consent, ...recorded].flatMap((each) => (each?.model === modelHash ? each.rules : []))])
  const asked = asks.filter((rule) => !yes.has(rule)).map((rule) => ({ rule, service: null, found: rule, reason: 'it is strong', safer: 'Remove it.' }))
  if (asked.length > 0) throw new DeployError('policy_denied', `${asked[0]?.rule}: it needs consent`, { asks: { model: modelHash, asked } })
  return { policy: { profile: 'developer', rules: {}, runtimes: [], allowed: asks }, consent: { model: modelHash, rules: asks } }
}

function sourceOf({ path, upload, name: wanted, env = {}, port, profiles = [] }: DeployRequest, extension: FakeExtension): Source {
  const name = wanted ?? extension.name ?? basename(path)
  const kind = kindOf(name)
  const settings = withDefaults(extension.settings ?? {}, kind)
  return {
    folder: path,
    ...(upload && { upload }),
    composeFile: `${path}/compose.yaml`,
    order: Object.keys(extension.services),
    name,
    kind,
    env,
    metadata: {},
    settings,
    profiles,
    port: port ?? null,
  }
}

function kindOf(name: string): Kind {
  if (name.startsWith('service-')) return 'service'
  return name.startsWith('tool-') || name.startsWith('mcp-') ? 'tool' : 'app'
}

function withDefaults({ gate, probe, update, ...rest }: SomeSettings, kind: Kind): Settings {
  const type = kind === 'app' ? 'http' : 'none'
  const groups = { gate: { ...plainSettings.gate, ...gate }, probe: { ...plainSettings.probe, type, ...probe } } as const
  return { ...plainSettings, ...rest, ...groups, update: { ...plainSettings.update, ...update } }
}

function imagesOf({ services }: FakeExtension): PlannedImage[] {
  return Object.entries(services).map(([name, { pulls }]) => ({
    ...{ services: [name], ref: imageOf(name), platform: null, build: null },
    pullPolicy: 'missing',
    ...pulls,
  }))
}

export function imageOf(service: string): string {
  return `registry.test/${service}:1`
}

function planOf(extension: FakeExtension, { ref, subnets }: RewriteInput): Plan {
  const names = Object.keys(extension.services)
  const inOrder = orderServices(
    names.map((name) => ({ name, dependsOn: (extension.services[name]?.dependsOn ?? []).map(({ service }) => service) })),
    names,
  )
  const route = extension.route === undefined ? { service: names[0] ?? '', port: 8000 } : extension.route
  const services = inOrder.map((name) => ({ ...serviceOf(name, extension), ...(name === route?.service ? { hasPort: true } : {}) }))
  const replicas = services.find(({ name }) => name === route?.service)?.replicas ?? 1
  const volumes = Object.entries(extension.volumes ?? {}).map(([name, writers]) => ({ name, engineName: `torii-${ref.deployment}_${name}`, writers }))
  return {
    services,
    route: route && { ...route, address: replicas > 1 ? null : fixedAddress(subnets[0] ?? '') },
    volumes,
  }
}

function serviceOf(name: string, { services }: FakeExtension): PlannedService {
  const { does = {}, pulls, ...facts } = services[name] ?? {}
  const awaitedBy = Object.entries(services)
    .filter(([, { dependsOn }]) => dependsOn?.some(({ service, condition }) => service === name && condition === 'service_completed_successfully'))
    .map(([other]) => other)
  const oneshot = facts.oneshot ?? awaitedBy.length > 0
  return {
    ...{
      name,
      replicas: 1,
      dependsOn: [],
      awaitedBy,
      oneshot,
      image: pulls?.ref ?? imageOf(name),
      imageId: null,
      restart: 'no',
      hasPort: false,
      firstProbe: null,
    },
    check: does.health && !oneshot ? guidesCheck : null,
    ...facts,
  }
}

/** The 18th of a subnet: the first above its dynamic half, as the real rewriting takes it. */
function fixedAddress(subnet: string): string {
  const [a, b, c, d] = (subnet.split('/')[0] ?? '').split('.')
  return `${a}.${b}.${c}.${Number(d) + 18}`
}

/** As much of Compose as the fake engine reads. */
function modelOf({ services, route }: Plan, ref: RevisionRef): string {
  const project = projectOf(ref)
  const networksOf = (name: string) => (route?.service === name && route.address ? { default: { ipv4_address: route.address } } : { default: null })
  const parts = services.map(({ name, image, restart, replicas, oneshot }) => [
    name,
    { image, restart, deploy: { replicas }, networks: networksOf(name), ...(oneshot ? { healthcheck: { disable: true } } : {}) },
  ])
  return stringify({ name: project, services: Object.fromEntries(parts), networks: { default: { name: `${project}_default` } } })
}
