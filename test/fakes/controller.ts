import type { PolicyReport } from '../../src/deploy/consent.ts'
import { DeployError } from '../../src/deploy/failure.ts'
import type { Forecast } from '../../src/deploy/forecast-view.ts'
import type { Evidence, StoredEvent } from '../../src/deploy/record.ts'
import type { AppHealth, ContainerNow, Controller, DeploymentView, EventFilter, RevisionView } from '../../src/deploy/view.ts'

type LogLine = Parameters<Parameters<Controller['logs']>[2]>[0]

/** What there is. Tests write it, and read what the controller made of it. */
export interface World {
  deployments: DeploymentView[]
  revisions: RevisionView[]
  /** By number of the revision. */
  evidence: Map<number, Evidence>
  events: StoredEvent[]
  lines: LogLine[]
  forecast: Forecast | null
  report: PolicyReport | null
  health: AppHealth | null
  containers: ContainerNow[]
  /** How many deployments wait. */
  waiting: number
}

export interface FakeController extends Controller {
  world: World
  /** Every call in order but looks at a name: its name and what it was given. */
  calls: unknown[][]
  /** Happens now: kept, and told to all who follow. */
  tell(event: StoredEvent): void
  /** Printed now, to all who follow a log. */
  print(line: LogLine): void
  /** How many follow events or logs. */
  followers(): number
}

/** A controller that keeps what the interface promises, in memory. `changes` take the place of single methods. */
export function createFakeController(given: Partial<World> = {}, changes: Partial<Controller> = {}): FakeController {
  const world: World = {
    deployments: [],
    revisions: [],
    evidence: new Map(),
    events: [],
    lines: [],
    forecast: null,
    report: null,
    health: null,
    containers: [],
    waiting: 0,
    ...given,
  }
  const tellers = new Set<(event: StoredEvent) => void>()
  const printers = new Set<(line: LogLine) => void>()
  const calls: unknown[][] = []
  const controller: Controller = { ...looks(world), ...works(world), ...streams(world, tellers, printers), ...changes }
  return {
    ...recorded(controller, calls),
    world,
    calls,
    tell: (event) => {
      world.events.push(event)
      for (const tell of tellers) tell(event)
    },
    print: (line) => {
      for (const print of printers) print(line)
    },
    followers: () => tellers.size + printers.size,
  }
}

function found({ deployments }: World, nameOrId: string): DeploymentView {
  const deployment = deployments.find(({ id, name }) => id === nameOrId || name === nameOrId)
  if (!deployment) throw new DeployError('not_found', nameOrId)
  return deployment
}

function looks(world: World) {
  const revisionsOf = (nameOrId: string) => {
    const { id } = found(world, nameOrId)
    return world.revisions.filter(({ deployment }) => deployment.id === id)
  }
  const revisionOf = (nameOrId: string, number: number | null) => {
    const all = revisionsOf(nameOrId)
    const revision = number === null ? all.at(-1) : all.find((each) => each.revision === number)
    if (!revision) throw new DeployError('not_found', `${nameOrId} has no revision ${number}`)
    return revision
  }
  return {
    waiting: () => world.waiting,
    named: async (nameOrId: string) => world.deployments.find(({ id, name }) => id === nameOrId || name === nameOrId)?.name ?? null,
    list: async () => world.deployments,
    get: async (nameOrId: string) => found(world, nameOrId),
    health: async (nameOrId: string) => {
      found(world, nameOrId)
      return world.health
    },
    containers: async (nameOrId: string) => {
      found(world, nameOrId)
      return world.containers
    },
    revisions: async (nameOrId: string) => revisionsOf(nameOrId),
    revision: async (nameOrId: string, number: number | null) => revisionOf(nameOrId, number),
    evidence: async (nameOrId: string, number: number | null) => world.evidence.get(revisionOf(nameOrId, number).revision ?? 0) ?? null,
  }
}

function works(world: World): Pick<Controller, 'submit' | 'forecast' | 'judge' | 'remove' | 'stop' | 'start'> {
  const want = (nameOrId: string, wanted: DeploymentView['wanted']) => {
    const deployment = { ...found(world, nameOrId), wanted }
    world.deployments = world.deployments.map((each) => (each.id === deployment.id ? deployment : each))
    return deployment
  }
  return {
    submit: async ({ mayUse, admitted }) => {
      const view = world.revisions.at(-1)
      mayUse?.(view?.deployment.name ?? '')
      if (!view) throw new DeployError('compose_invalid', 'there is no Compose file')
      admitted?.()
      return view
    },
    forecast: async () => {
      if (world.forecast === null) throw new DeployError('compose_invalid', 'there is no Compose file')
      return world.forecast
    },
    judge: async () => {
      if (world.report === null) throw new DeployError('compose_invalid', 'there is no Compose file')
      return world.report
    },
    remove: async (nameOrId, { volumes }) => {
      const { id, name } = found(world, nameOrId)
      world.deployments = world.deployments.filter((each) => each.id !== id)
      const data = [`torii-${id}_data`]
      return { name, volumesKept: volumes ? [] : data, volumesRemoved: volumes ? data : [] }
    },
    stop: async (nameOrId) => want(nameOrId, 'stopped'),
    start: async (nameOrId) => ({ deployment: want(nameOrId, 'running'), failure: null }),
  }
}

function streams(world: World, tellers: Set<(event: StoredEvent) => void>, printers: Set<(line: LogLine) => void>) {
  const after = ({ deployment, revision, after }: EventFilter) => {
    const id = deployment === undefined ? undefined : found(world, deployment).id
    return (event: StoredEvent) => event.id > after && (id === undefined || event.deployment === id) && (revision === undefined || event.revision === revision)
  }
  return {
    events: async ({ sees, ...filter }: Parameters<Controller['events']>[0], limit: number) => {
      const isSeen = ({ deployment }: StoredEvent) => sees === undefined || world.deployments.some(({ id, name }) => id === deployment && sees(name))
      return world.events.filter(after(filter)).filter(isSeen).slice(0, limit)
    },
    follow: async (filter: EventFilter, tell: (event: StoredEvent) => void, signal: AbortSignal) => {
      const wanted = after(filter)
      for (const event of world.events.filter(wanted)) tell(event)
      await during(tellers, (event: StoredEvent) => wanted(event) && tell(event), signal)
    },
    logs: async (nameOrId: string, options: { service: string | null; tail: number; follow: boolean }, print: (line: LogLine) => void, signal: AbortSignal) => {
      found(world, nameOrId)
      const wanted = ({ service }: LogLine) => options.service === null || service === options.service
      for (const line of world.lines.filter(wanted).slice(-options.tail)) print(line)
      if (options.follow) await during(printers, (line: LogLine) => wanted(line) && print(line), signal)
    },
  } satisfies Partial<Controller>
}

/** `listener` is among `listeners` until the signal aborts. */
async function during<T>(listeners: Set<T>, listener: T, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  listeners.add(listener)
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  listeners.delete(listener)
}

function recorded(controller: Controller, calls: unknown[][]): Controller {
  const { named, waiting, ...others } = controller
  const wrapped = Object.entries(others).map(([name, method]) => [
    name,
    (...given: unknown[]) => {
      calls.push([name, ...given.filter((each) => typeof each !== 'function' && !(each instanceof AbortSignal))])
      return (method as (...given: unknown[]) => unknown)(...given)
    },
  ])
  return { ...Object.fromEntries(wrapped), named, waiting } as Controller
}
