import { parse } from 'yaml'
import type { HostFacts } from '../../src/deploy/evidence-parts.ts'
import { DeployError } from '../../src/deploy/failure.ts'
import type { Container, Engine, EngineEvent } from '../../src/deploy/ports.ts'
import { markOf, projectOf, type RevisionRef } from '../../src/deploy/record.ts'
import { type Doing, engineError, reasonOf } from '../../src/docker/engine-errors.ts'
import { EngineAnswer } from '../../src/engine-api/engine-answer.ts'
import type { FakeClock } from './clock.ts'
import { createFakeContainer, type FakeContainer, type FakeService } from './container.ts'
import { createFakeImages, type FakeImage } from './images.ts'

/** What the engine is asked for; the last lines of a log are never refused. */
type Question = Exclude<keyof Engine, 'logTail' | 'logHead'>

export interface FakeEngine extends Engine {
  /** Levers and what a test may look at. */
  readonly world: {
    /** Every call but looks, in order: `start web`, `remove r1`. */
    calls: string[]
    volumes: Map<string, string>
    networks: Set<string>
    /** From now on nothing answers. */
    die(): void
    /** Answers again; listeners are told of a gap. */
    comeBack(): void
    /** From now on this question is answered with that status; `times`: only so often. */
    answer(question: Question, status: number, words: string, times?: number): void
    pause(service: string): void
    /** Somebody else removes it. */
    lose(service: string): void
    running(ref: RevisionRef): string[]
  }
}

interface Setup {
  clock: FakeClock
  /** By service; one that is not here runs without a health check. */
  services?: Record<string, FakeService>
  images?: Record<string, FakeImage>
  platform?: string
  /** Whether it knows start_interval. */
  startInterval?: boolean
  /** Taken by others. */
  subnets?: string[]
  /** The machine; null: another one. */
  host?: HostFacts | null
}

interface Model {
  services?: Record<
    string,
    {
      image?: string
      restart?: string
      healthcheck?: { disable?: boolean }
      deploy?: { replicas?: number }
      scale?: number
      networks?: Record<string, { ipv4_address?: string } | null>
    }
  >
  networks?: Record<string, { name?: string } | null>
}

/** A small Docker that behaves: containers scripted by time, on a clock of the test's. */
export function createFakeEngine({
  clock,
  services = {},
  images = {},
  platform = 'linux/amd64',
  startInterval = true,
  subnets = [],
  host = null,
}: Setup): FakeEngine {
  const containers = new Map<string, FakeContainer>()
  /** Under way: each holds the lock of its container, and a look waits for it (Docker 26.1.5). */
  const starts = new Map<string, Promise<unknown>>()
  /** Subnets of networks that were made before their containers, by name. */
  const early = new Map<string, string>()
  const stock = createFakeImages(clock, images)
  const listeners = new Set<(event: EngineEvent) => void>()
  const world = { calls: [] as string[], volumes: new Map<string, string>(), networks: new Set<string>(), alive: true, born: 0 }

  const tell = (event: EngineEvent) => {
    for (const listener of world.alive ? [...listeners] : []) listener(event)
  }
  const reach = async (call?: string) => {
    if (!world.alive) throw new DeployError('engine_unreachable', 'connect ECONNREFUSED /var/run/docker.sock')
    if (call !== undefined) world.calls.push(call)
  }
  const addressIn = (subnet: string) => subnet.replace(/\.\d+\/\d+$/, `.${world.born + 1}`)
  const of = (ref: RevisionRef) => [...containers.values()].filter((each) => same(each.ref, ref))
  const named = (service: string) => [...containers.values()].filter((each) => each.look().service === service)

  const give = (ref: RevisionRef, service: string, replica: number, model: NonNullable<Model['services']>[string]) => {
    const exists = of(ref).some((each) => each.look().service === service && each.look().replica === replica)
    if (exists) return
    world.born += 1
    const id = `fake${String(world.born).padStart(8, '0')}`
    const { health, ...rest } = services[service] ?? {}
    const script = health && model.healthcheck?.disable !== true ? { ...rest, health } : rest
    const address =
      Object.values(model.networks ?? {}).find((network) => network?.ipv4_address)?.ipv4_address ??
      addressIn(early.get(`${projectOf(ref)}_default`) ?? '10.213.255.0/24')
    const born = { id, ref, service, replica, restart: model.restart ?? 'no', address, script, clock }
    containers.set(id, createFakeContainer({ ...born, tell: (action) => tell({ is: 'container', ref, id, action }) }))
    tell({ is: 'container', ref, id, action: 'create' })
  }

  const volumesOf = (deployment: string) =>
    [...world.volumes]
      .filter(([, owner]) => owner === deployment)
      .map(([name]) => name)
      .sort()

  const drop = (container: FakeContainer) => {
    containers.delete(container.id)
    container.gone()
  }

  const refusals = new Map<Question, { status: number; words: string; left: number }>()
  const refuse = (question: Question) => {
    const refusal = refusals.get(question)
    if (!world.alive || !refusal || refusal.left === 0) return
    refusal.left -= 1
    const answer = new EngineAnswer(refusal.status, refusal.words, undefined)
    const doing = doings[question]
    throw doing === undefined ? answer : engineError(answer, doing)
  }

  const engine: Engine = {
    platform: async () => platform,
    startInterval: async () => startInterval,
    ceilings: async () => ({ memory: 8 * 1024 ** 3, cpus: 4, pids: true }),
    subnets: async () => {
      await reach()
      return subnets
    },
    revisions: async () => {
      await reach()
      const marks = [...[...containers.values()].map(({ ref }) => markOf(ref)), ...[...world.networks].map((network) => network.split(' ')[0] ?? '')]
      return [...new Set(marks)].map((mark) => ({ deployment: mark.split('/')[0] ?? '', revision: Number(mark.split('/')[1]) }))
    },
    image: async (ref) => {
      await reach()
      return stock.find(ref)
    },
    pull: async (ref, _, progress, signal) => {
      await reach(`pull ${ref}`)
      await stock.pull(ref, progress, signal)
    },
    build: async (_, tag, __, progress, signal) => {
      await reach(`build ${tag}`)
      await stock.build(tag, progress, signal)
    },
    untag: async (tag) => {
      await reach(`untag ${tag}`)
      stock.untag(tag)
    },
    volumes: async (names, deployment) => {
      await reach()
      for (const name of names) world.volumes.set(name, deployment)
    },
    makeNetwork: async ({ name, subnet, labels }) => {
      await reach(`network ${name}`)
      const network = `${labels['torii.deployment']}/${labels['torii.revision']} ${name}`
      if (world.networks.has(network)) throw new DeployError('name_conflict', name)
      world.networks.add(network)
      early.set(name, subnet)
      return network
    },
    removeNetwork: async (id) => {
      await reach()
      world.networks.delete(id)
    },
    expectCreate: () => {},
    create: async (ref, project, model, signal) => {
      await reach(`create ${project}`)
      signal.throwIfAborted()
      const { services: given = {}, networks = {} } = parse(model) as Model
      for (const [key, network] of Object.entries(networks)) world.networks.add(`${ref.deployment}/${ref.revision} ${network?.name ?? `${project}_${key}`}`)
      for (const [service, each] of Object.entries(given))
        for (let replica = 1; replica <= (each.deploy?.replicas ?? each.scale ?? 1); replica++) give(ref, service, replica, each)
    },
    containers: async (ref, but = new Set()) => {
      await reach()
      const looked = of(ref).filter(({ id }) => !but.has(id))
      for (const { id } of looked) await starts.get(id)
      return looked.map((each) => each.look()).sort(byService)
    },
    container: async (id) => {
      await reach()
      await starts.get(id)
      return containers.get(id)?.look() ?? null
    },
    start: async ({ id }) => {
      const container = containers.get(id)
      await reach(`start ${container?.look().service ?? id}`)
      if (!container) throw new DeployError('container_gone', `No such container: ${id}`)
      const start = container.start()
      const over = () => starts.delete(id)
      starts.set(id, start.then(over, over))
      await start.catch((error: Error) => Promise.reject(new DeployError(reasonOf(error.message, 'start'), error.message)))
    },
    stop: async (ref, { disarm }) => {
      await reach(`stop r${ref.revision}`)
      for (const container of of(ref)) {
        if (disarm) container.restart = 'no'
        container.stop()
      }
    },
    rearm: async (ref, policies) => {
      await reach(`rearm r${ref.revision}`)
      for (const container of of(ref)) container.restart = policies.get(container.look().service) ?? container.restart
    },
    remove: async (ref) => {
      await reach(`remove r${ref.revision}`)
      of(ref).forEach(drop)
      for (const network of world.networks) if (network.startsWith(`${ref.deployment}/${ref.revision} `)) world.networks.delete(network)
    },
    volumesOf: async (deployment) => {
      await reach()
      return volumesOf(deployment)
    },
    removeVolumes: async (deployment) => {
      await reach(`removeVolumes ${deployment}`)
      const names = volumesOf(deployment)
      for (const name of names) world.volumes.delete(name)
      return names
    },
    knock: async ({ address, path }, signal) => {
      signal.throwIfAborted()
      const found = [...containers.values()].find((each) => each.look().addresses.includes(address))
      const up = clock.now() - (found?.look().startedAt ?? clock.now())
      const [, exit, output, body = ''] = (found?.script.answers ?? []).findLast(([at]) => at <= up) ?? [0, 1, 'nothing listens: connection refused']
      const heard = path === null ? { body: '', status: null, output: exit === 0 ? 'connected' : output } : { body, status: exit === 0 ? 200 : null, output }
      return { at: new Date(clock.now()).toISOString(), ms: 1, exit, ...heard }
    },
    logTail: async (id, lines, bytes) => {
      const printed = (world.alive && containers.get(id)?.script.logs) || []
      return printed
        .slice(-lines)
        .map((line) => `${line}\n`)
        .join('')
        .slice(-bytes)
    },
    logHead: async (id, lines, bytes) => {
      const printed = (world.alive && containers.get(id)?.script.logs) || []
      return printed
        .slice(0, lines)
        .map((line) => `${line}\n`)
        .join('')
        .slice(0, bytes)
    },
    facts: async (id) => {
      await reach()
      const container = containers.get(id)
      if (container === undefined) return null
      const { command, facts, memoryLimit = 0 } = container.script
      const plain = { user: '', entrypoint: [], command: command ?? [], platform, memoryLimit, restart: container.restart, settings: {} }
      return { ...plain, ...facts }
    },
    sockets: async ({ id }) => {
      await reach()
      const container = containers.get(id)
      return container?.look().state === 'running' ? (container.script.sockets ?? null) : null
    },
    processes: async ({ id }) => {
      await reach()
      const container = containers.get(id)
      return container?.look().state === 'running' ? (container.script.processes ?? [...(container.script.command ?? ['app'])]) : []
    },
    host: async () => {
      await reach()
      return host
    },
    follow: async (id, { tail, follow }, line, signal) => {
      await reach()
      for (const text of (containers.get(id)?.script.logs ?? []).slice(-tail)) await line(text, 'stdout')
      if (follow && !signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    },
    listen: async (wake) => {
      await reach()
      listeners.add(wake)
      return () => listeners.delete(wake)
    },
  }

  return {
    ...refusing(engine, refuse),
    world: {
      calls: world.calls,
      volumes: world.volumes,
      networks: world.networks,
      die: () => {
        world.alive = false
      },
      comeBack: () => {
        world.alive = true
        tell({ is: 'gap' })
      },
      answer: (question, status, words, times = Number.POSITIVE_INFINITY) => void refusals.set(question, { status, words, left: times }),
      pause: (service) => {
        for (const each of named(service)) each.pause()
      },
      lose: (service) => named(service).forEach(drop),
      running: (ref) =>
        of(ref)
          .map((each) => each.look())
          .filter(({ state }) => state === 'running')
          .map(({ service }) => service),
    },
  }
}

/** Where the real one reads the engine's words. */
const doings: Partial<Record<Question, Doing>> = { pull: 'pull', create: 'create', start: 'start', stop: 'start', rearm: 'start' }

function refusing(engine: Engine, refuse: (question: Question) => void): Engine {
  const asked = Object.entries(engine).map(([question, method]) => [
    question,
    async (...given: unknown[]) => {
      if (question !== 'logTail' && question !== 'logHead') refuse(question as Question)
      return (method as (...given: unknown[]) => unknown)(...given)
    },
  ])
  return Object.fromEntries(asked) as Engine
}

function byService(a: Container, b: Container): number {
  return a.service === b.service ? a.replica - b.replica : a.service < b.service ? -1 : 1
}

function same(a: RevisionRef, b: RevisionRef): boolean {
  return a.deployment === b.deployment && a.revision === b.revision
}
