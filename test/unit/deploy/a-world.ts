import { createController, type RunningController } from '../../../src/deploy/controller.ts'
import { createPlaces } from '../../../src/deploy/places.ts'
import type { Plan } from '../../../src/deploy/plan.ts'
import type { Ports } from '../../../src/deploy/ports.ts'
import type { Revision, RevisionEvent, RevisionRef, StoredEvent } from '../../../src/deploy/record.ts'
import { createRouteTable } from '../../../src/deploy/route-table.ts'
import { createStartingCount } from '../../../src/deploy/starting-count.ts'
import type { Tools } from '../../../src/deploy/tools.ts'
import { isSettled } from '../../../src/deploy/transitions.ts'
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts'
import type { FakeService } from '../../fakes/container.ts'
import { createFakeEngine, type FakeEngine } from '../../fakes/engine.ts'
import { createFakeExtensions, type FakeExtension, type FakeExtensions, imageOf } from '../../fakes/extensions.ts'
import type { FakeImage } from '../../fakes/images.ts'
import { createFakeProxy, type FakeApp, type FakeProxy } from '../../fakes/proxy.ts'
import { createFakeStore, type FakeStore } from '../../fakes/store.ts'

export interface World extends Ports {
  clock: FakeClock
  engine: FakeEngine
  proxy: FakeProxy
  store: FakeStore
  extensions: FakeExtensions
  controller: RunningController
  /** What was logged: level and message. */
  logged: string[]
}

interface Setup {
  /** By path. */
  extensions: Record<string, FakeExtension>
  /** By reference; others are pulled at once. */
  images?: Record<string, FakeImage>
  proxy?: Partial<Pick<Parameters<typeof createFakeProxy>[0], 'ports' | 'appliesAfter' | 'presence' | 'takes'>>
  platform?: string
  pool?: string
  /** The engine's event stream never says anything. */
  deaf?: boolean
  /** What the heart is given instead of the fakes. */
  through?: (ports: Ports) => Ports
}

/** All fakes together, and a controller over them. An app answers only while its container runs. */
export function aWorld({
  extensions,
  images = {},
  proxy: proxySetup = {},
  platform = 'linux/amd64',
  pool = '10.213.0.0/16',
  deaf = false,
  through = same,
}: Setup): World {
  const clock = createFakeClock()
  const services: Record<string, FakeService> = {}
  const homes = new Map<string, Home>()
  const born = (extension: FakeExtension, plan: Plan, ref: RevisionRef) => {
    for (const [name, { does }] of Object.entries(extension.services)) services[name] = does ?? {}
    const app = extension.app ?? [[0, { hop: 'app', status: 200 }]]
    if (plan.route) homes.set(plan.route.address ?? 'any', { ref, service: plan.route.service, app })
  }
  const engine = createFakeEngine({ clock, services, images: { ...pullable(extensions), ...images }, platform })
  if (deaf) engine.listen = async () => () => {}
  const proxy = createFakeProxy({ clock, apps: appsOf(homes, engine), ...proxySetup })
  const store = createFakeStore({ clock, pool })
  const fakes = { clock, engine, proxy, store, extensions: createFakeExtensions({ extensions, born }) }
  const logged: string[] = []
  return { ...fakes, logged, controller: createController(toolsOf(through(fakes), logged)) }
}

const same = (ports: Ports) => ports

/** What a process that starts makes of the ports. */
export function toolsOf(ports: Ports, logged: string[] = []): Tools {
  const say = (level: string) => (_: object, message: string) => logged.push(`${level} ${message}`)
  const log = { error: say('error'), warn: say('warn'), info: say('info') }
  return { ...ports, routes: createRouteTable(ports), starting: createStartingCount(), places: createPlaces(32), log, trial: 'trials', stopGrace: 30_000 }
}

/** Another process over the same world. */
export function anotherController(world: World, through: (ports: Ports) => Ports = same): RunningController {
  world.store.processEnds()
  return createController(toolsOf(through(world), world.logged))
}

function pullable(extensions: Record<string, FakeExtension>): Record<string, FakeImage> {
  return Object.fromEntries(
    Object.values(extensions).flatMap(({ services }) => Object.entries(services).map(([name, { pulls }]) => [pulls?.ref ?? imageOf(name), {}])),
  )
}

/** Where an app listens, and who must run for it. */
interface Home {
  ref: RevisionRef
  service: string
  app: FakeApp
}

/** By `http://address:port`; addresses that the engine gives out by itself are all the same app's. */
function appsOf(homes: Map<string, Home>, { world }: FakeEngine): Record<string, FakeApp> {
  const appAt = (url: string) => {
    const home = homes.get(new URL(url).hostname) ?? homes.get('any')
    return home && world.running(home.ref).includes(home.service) ? home.app : undefined
  }
  return new Proxy({}, { get: (_, url: string) => appAt(url) })
}

/** Submits, and comes back when it has settled and nothing goes on any more. */
export async function deployed(world: World, path: string, request: { name?: string; port?: number; allow?: string[] } = {}): Promise<Revision> {
  const { deployment } = await world.controller.submit({ path, ...request })
  return settled(world, deployment.id ?? '')
}

const day = 24 * 3_600_000

/** The newest revision of a deployment, once it has settled and all is quiet. Fails after a day. */
export async function settled(world: World, nameOrId: string): Promise<Revision> {
  const over = new AbortController()
  const late = world.clock.sleep(day, over.signal).then(() => Promise.reject(new Error(`${nameOrId} has not settled within a day`)))
  while (!isSettled((await newest(world, nameOrId)).state)) await Promise.race([nextState(world), late])
  late.catch(() => {})
  over.abort()
  await quiet(world)
  return newest(world, nameOrId)
}

/** Resolves when a state is told. */
function nextState({ store }: World): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.follow(({ event }) => {
      if (event.type !== 'state') return
      stop()
      resolve()
    })
  })
}

export async function newest({ store }: Pick<World, 'store'>, nameOrId: string): Promise<Revision> {
  const deployment = await store.deployment(nameOrId)
  const revision = (await store.revisions(deployment?.id ?? '')).at(-1)
  if (!revision) throw new Error(`${nameOrId} has no revision`)
  return revision
}

/** Lets time pass until it is so. */
export async function until({ clock }: Pick<World, 'clock'>, holds: () => boolean | Promise<boolean>, step = 500): Promise<void> {
  const end = clock.monotonic() + day
  while (!(await holds())) {
    if (clock.monotonic() > end) throw new Error('it did not happen within a day')
    await clock.sleep(step)
  }
}

/** Everything that needs no more time than a moment is done. */
export async function quiet({ clock }: Pick<World, 'clock'>): Promise<void> {
  await clock.sleep(1)
  await clock.sleep(1)
}

/** All events of a type, oldest first. */
export async function told<T extends RevisionEvent['type']>(
  { store }: Pick<World, 'store'>,
  type: T,
): Promise<(StoredEvent & { event: Extract<RevisionEvent, { type: T }> })[]> {
  return (await store.events({ types: [type] })) as (StoredEvent & { event: Extract<RevisionEvent, { type: T }> })[]
}

/** `revision STATE`, in the order they were told. */
export async function statesOf(world: Pick<World, 'store'>): Promise<string[]> {
  return (await told(world, 'state')).map(({ revision, event }) => `${revision} ${event.state}`)
}
