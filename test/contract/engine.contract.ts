import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { DeployError } from '../../src/deploy/failure.ts'
import type { Container, Engine, EngineEvent } from '../../src/deploy/ports.ts'
import { projectOf, type RevisionRef } from '../../src/deploy/record.ts'
import { aService, type FakeService } from '../fakes/container.ts'

/** What the suite runs on: the fake or the real thing. */
export interface EngineWorld {
  engine: Engine
  instance: string
  image: string
  /** Lets some time pass where it does not by itself; on the real thing only events wake. */
  passes(): Promise<void>
}

/** One service, as the real engine is told it and as the fake plays it. */
interface Part {
  compose: Record<string, unknown>
  script: FakeService
}

const check = (test: string) => ({ test: ['CMD-SHELL', test], interval: '200ms', timeout: '2s', retries: 2 })
const stays = ['sh', '-c', 'echo out; echo err >&2; trap "exit 143" TERM; sleep 1000 & wait']

export const parts: Record<string, Part> = {
  plain: { compose: { command: stays }, script: aService({ logs: ['out', 'err'] }) },
  well: {
    compose: { command: stays, healthcheck: check('echo fine') },
    script: aService({
      health: [
        [0, 'starting'],
        [200, 'healthy'],
      ],
      probes: [[200, 0, 'fine']],
    }),
  },
  sick: {
    compose: { command: stays, healthcheck: check('echo broken; exit 1') },
    script: aService({
      health: [
        [0, 'starting'],
        [400, 'unhealthy'],
      ],
      probes: [
        [200, 1, 'broken'],
        [400, 1, 'broken'],
      ],
    }),
  },
  serves: {
    compose: { command: ['sh', '-c', 'mkdir /w && echo fine > /w/health && exec httpd -f -p 8080 -h /w'], stop_signal: 'KILL' },
    script: aService({ answers: [[50, 0, 'HTTP 200: fine\n', 'fine\n']] }),
  },
  leans: {
    compose: { command: ['sh', '-c', 'trap "sleep 0.3; exit 143" TERM; sleep 1000 & wait'], depends_on: ['plain'] },
    script: aService(),
  },
  ends: { compose: { command: ['sh', '-c', 'exit 3'] }, script: aService({ crashes: [50, 3] }) },
  loops: { compose: { command: ['sh', '-c', 'exit 1'], restart: 'always' }, script: aService({ crashes: [50, 1] }) },
  broken: { compose: { command: ['/nope'] }, script: aService({ startFails: 'exec: "/nope": stat /nope: no such file or directory' }) },
  twice: { compose: { command: stays, deploy: { replicas: 2 } }, script: aService() },
}

export const scripts = Object.fromEntries(Object.entries(parts).map(([name, { script }]) => [name, script]))

/** The same promises on every engine. */
export function engineContract(name: string, make: () => Promise<EngineWorld>): void {
  describe(`the engine (${name})`, () => {
    let world: EngineWorld
    let ref: RevisionRef
    const signal = new AbortController().signal

    beforeEach(async () => {
      world = await make()
      ref = { deployment: randomUUID(), revision: 1 }
    })

    afterEach(async () => {
      await world.engine.remove(ref)
      await world.engine.removeVolumes(ref.deployment)
    })

    const create = (...services: string[]) => world.engine.create(ref, projectOf(ref), modelOf(world, ref, services), signal)
    const only = async () => (await world.engine.containers(ref))[0] as Container
    const startOnly = async () => world.engine.start(await only())

    test('creates what the model says, starts nothing, and creates nothing twice', async () => {
      await create('plain', 'twice', 'well')
      const first = await world.engine.containers(ref)

      await create('plain', 'twice', 'well')

      expect(await world.engine.containers(ref)).toEqual(first)
      expect(first.map(({ service, replica, state }) => `${service}/${replica} ${state}`)).toEqual([
        'plain/1 created',
        'twice/1 created',
        'twice/2 created',
        'well/1 created',
      ])
      expect(first.map(({ health }) => health?.status ?? null)).toEqual([null, null, null, 'starting'])
      expect(first[0]).toMatchObject({ exitCode: null, startedAt: null, finishedAt: null, restartCount: 0, addresses: [] })
    })

    test('makes a network early that Compose takes for its own', async () => {
      const labels = { ...labelsOf(world, ref), 'com.docker.compose.project': projectOf(ref), 'com.docker.compose.network': 'default' }
      const network = { name: `${projectOf(ref)}_default`, subnet: '10.198.7.0/27', ipRange: '10.198.7.0/28', labels }

      const id = await world.engine.makeNetwork(network)
      const again = await world.engine.makeNetwork(network).catch((error: DeployError) => error.trouble.reason)
      const there = await world.engine.revisions()
      await create('plain')
      await startOnly()

      expect(again).toBe('name_conflict')
      expect(there).toContainEqual(ref)
      expect((await only()).addresses[0]).toMatch(/^10\.198\.7\.([2-9]|1[0-5])$/)
      await world.engine.remove(ref)
      await world.engine.removeNetwork(id)
      expect(await world.engine.revisions()).not.toContainEqual(ref)
    })

    test('shows a check that passes, and wakes its listener', async () => {
      await create('well')
      const events: EngineEvent[] = []
      const stop = await world.engine.listen((event) => events.push(event))
      const { id } = await only()

      await startOnly()
      const healthy = await until(world, id, ({ health }) => health?.status === 'healthy')
      stop()

      expect(healthy).toMatchObject({ state: 'running', exitCode: null, health: { failingStreak: 0 } })
      expect(healthy.health?.log[0]).toMatchObject({
        exit: 0,
        output: expect.stringContaining('fine'),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
      })
      expect(healthy.addresses[0]).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
      expect(events).toContainEqual({ is: 'container', ref, id, action: 'start' })
      expect(events).toContainEqual({ is: 'container', ref, id, action: 'health_status' })
    })

    test('shows a check that fails, with what it printed', async () => {
      await create('sick')

      await startOnly()
      const sick = await until(world, (await only()).id, ({ health }) => health?.status === 'unhealthy')

      expect(sick.health?.failingStreak).toBeGreaterThanOrEqual(2)
      expect(sick.health?.log.at(-1)).toMatchObject({ exit: 1, output: expect.stringContaining('broken') })
    })

    test('shows what evidence needs of a container: settings, sockets, processes, and the first it printed', async () => {
      await create('plain')
      const { id } = await only()
      await startOnly()
      const running = await until(world, id, ({ state }) => state === 'running')

      const facts = await world.engine.facts(id, signal)
      const sockets = await world.engine.sockets(running, signal)
      const processes = await world.engine.processes(running, signal)

      expect(facts).toMatchObject({ user: '', memoryLimit: 0, restart: 'no', settings: {}, platform: await world.engine.platform() })
      expect(sockets === null || sockets.length === 0).toBe(true)
      expect(processes.length).toBeGreaterThan(0)
      expect((await world.engine.logHead(id, 1, 100, signal)).split('\n').length).toBeLessThanOrEqual(2)
      expect(await world.engine.facts('nothing', signal)).toBeNull()
    })

    test('keeps the exit code of a container that ended', async () => {
      await create('ends')

      await startOnly()
      const ended = await until(world, (await only()).id, ({ state }) => state === 'exited')

      expect(ended).toMatchObject({ exitCode: 3, oomKilled: false, addresses: [] })
      expect(ended.finishedAt).toBeGreaterThanOrEqual(ended.startedAt as number)
    })

    test('refuses a start that cannot work with the engine’s words, and the container stays created', async () => {
      await create('broken')

      const failure = await startOnly().catch((error: unknown) => error)

      expect(failure).toBeInstanceOf(DeployError)
      expect((failure as DeployError).trouble).toMatchObject({ reason: 'start_failed', detail: expect.stringContaining('/nope') })
      expect(await only()).toMatchObject({ state: 'created', exitCode: 127, error: expect.stringContaining('/nope') })
    })

    test('starting what runs already is fine', async () => {
      await create('plain')
      await startOnly()

      await startOnly()

      expect((await only()).state).toBe('running')
    })

    test('a container that always comes back is counted, and a disarmed stop ends it', async () => {
      await create('loops')
      await startOnly()
      const { id } = await only()
      await until(world, id, ({ restartCount }) => restartCount >= 2)

      await world.engine.stop(ref, { graceMs: 1000, disarm: true })

      expect((await only()).state).toBe('exited')
    })

    test('what depends on another is stopped before it', async () => {
      await create('plain', 'leans')
      for (const container of await world.engine.containers(ref)) await world.engine.start(container)

      await world.engine.stop(ref, { graceMs: 5000, disarm: true })

      const ended = (await world.engine.containers(ref)).map(({ service, finishedAt }) => [service, finishedAt ?? Number.POSITIVE_INFINITY] as const)
      const { plain, leans } = Object.fromEntries(ended) as { plain: number; leans: number }
      expect(leans).toBeLessThanOrEqual(plain)
    })

    test('a stopped container starts again after its policy is set back', async () => {
      await create('plain', 'twice')
      for (const container of await world.engine.containers(ref)) await world.engine.start(container)

      await world.engine.stop(ref, { graceMs: 5000, disarm: true })
      const stopped = await world.engine.containers(ref)
      await world.engine.rearm(
        ref,
        new Map([
          ['plain', 'always'],
          ['twice', 'on-failure:3'],
        ]),
      )
      for (const container of stopped) await world.engine.start(container)

      expect(stopped.map(({ state, exitCode }) => [state, exitCode])).toEqual([
        ['exited', 143],
        ['exited', 143],
        ['exited', 143],
      ])
      expect((await world.engine.containers(ref)).map(({ state }) => state)).toEqual(['running', 'running', 'running'])
    })

    test('removes everything of a revision and nothing of another, as often as one likes', async () => {
      const other = { ...ref, revision: 2 }
      await create('plain')
      await world.engine.create(other, projectOf(other), modelOf(world, other, ['plain']), signal)
      const { id } = await only()

      await world.engine.remove(ref)
      await world.engine.remove(ref)

      expect(await world.engine.containers(ref)).toEqual([])
      expect(await world.engine.container(id)).toBeNull()
      expect(await world.engine.containers(other)).toHaveLength(1)
      await world.engine.remove(other)
    })

    test('knows of which revisions something is there', async () => {
      const other = { ...ref, revision: 2 }
      await create('plain')
      await world.engine.create(other, projectOf(other), modelOf(world, other, ['plain']), signal)

      const there = (await world.engine.revisions()).filter(({ deployment }) => deployment === ref.deployment)
      await world.engine.remove(other)

      expect(there.toSorted((a, b) => a.revision - b.revision)).toEqual([ref, other])
      expect((await world.engine.revisions()).filter(({ deployment }) => deployment === ref.deployment)).toEqual([ref])
    })

    test('what is gone cannot be started', async () => {
      await create('plain')
      const { id } = await only()
      await world.engine.remove(ref)

      await expect(world.engine.start({ id, binds: [] })).rejects.toMatchObject({ trouble: { reason: 'container_gone' } })
    })

    test('makes volumes once and removes those of the deployment', async () => {
      const names = ['b', 'a'].map((name) => `torii-${ref.deployment}_${name}`)

      await world.engine.volumes(names, ref.deployment)
      await world.engine.volumes(names, ref.deployment)

      expect(await world.engine.volumesOf(ref.deployment)).toEqual(names.toSorted())
      expect(await world.engine.removeVolumes(ref.deployment)).toEqual(names.toSorted())
      expect(await world.engine.volumesOf(ref.deployment)).toEqual([])
      expect(await world.engine.removeVolumes(ref.deployment)).toEqual([])
    })

    test('knows a local image and not a stranger, whose pull fails with its name', async () => {
      const stranger = '127.0.0.1:1/no/such:image'

      expect(await world.engine.image(world.image)).toMatchObject({ id: expect.stringMatching(/^sha256:/), os: 'linux', check: null })
      expect(await world.engine.image(stranger)).toBeNull()
      await expect(world.engine.pull(stranger, null, () => {}, signal)).rejects.toMatchObject({
        trouble: { reason: 'pull_failed', detail: expect.stringContaining(stranger) },
      })
    })

    test('reads the last lines and follows them', async () => {
      await create('plain')
      const { id } = await only()
      await startOnly()
      const lines: string[] = []
      const done = new AbortController()
      const seen = (text: string) => {
        if (lines.push(text) === 2) done.abort()
      }

      await world.engine.follow(id, { tail: 10, follow: true }, seen, done.signal)

      expect(lines.toSorted()).toEqual(['err', 'out'])
      expect((await world.engine.logTail(id, 1, 100)).length).toBe(4)
      expect(await world.engine.logTail('nothing', 10, 100)).toBe('')
    })

    test('a container is asked from outside: what answers, and what does not', async () => {
      await create('serves', 'plain')
      const all = await world.engine.containers(ref)
      for (const container of all) await world.engine.start(container)
      const addressOf = async (service: string) => (await world.engine.containers(ref)).find((each) => each.service === service)?.addresses[0] ?? ''
      const ask = async (service: string, path: string | null) =>
        world.engine.knock({ address: await addressOf(service), port: 8080, path, timeoutMs: 2000 }, signal)

      while ((await ask('serves', null)).exit !== 0) await Promise.race([world.passes(), new Promise((resolve) => setImmediate(resolve))])

      expect(await ask('serves', '/health')).toMatchObject({ exit: 0, status: 200, body: 'fine\n', output: 'HTTP 200: fine\n' })
      expect(await ask('serves', null)).toMatchObject({ exit: 0, status: null, output: 'connected' })
      expect(await ask('plain', '/health')).toMatchObject({ exit: 1, status: null, output: expect.stringMatching(/nothing listens.*connection refused/) })
    })

    test('a listener that stopped hears nothing more, the others still do', async () => {
      await create('plain')
      const heard = { early: 0, late: 0 }
      const stopEarly = await world.engine.listen(() => heard.early++)
      const stopLate = await world.engine.listen(() => heard.late++)

      stopEarly()
      await startOnly()
      await until(world, (await only()).id, () => heard.late > 0)
      stopLate()

      expect(heard.early).toBe(0)
    })
  })
}

/** Looks, and looks again whenever the engine wakes us. */
async function until(world: EngineWorld, id: string, good: (container: Container) => boolean): Promise<Container> {
  let wake = Promise.withResolvers<void>()
  const stop = await world.engine.listen(() => wake.resolve())
  try {
    for (;;) {
      const container = await world.engine.container(id)
      if (container && good(container)) return container
      await Promise.race([wake.promise, world.passes()])
      wake = Promise.withResolvers<void>()
    }
  } finally {
    stop()
  }
}

function labelsOf({ instance }: Pick<EngineWorld, 'instance'>, ref: RevisionRef): Record<string, string> {
  return { 'torii.instance': instance, 'torii.deployment': ref.deployment, 'torii.revision': String(ref.revision) }
}

export function modelOf({ image, instance }: Pick<EngineWorld, 'image' | 'instance'>, ref: RevisionRef, services: string[]): string {
  const project = projectOf(ref)
  const labels = labelsOf({ instance }, ref)
  const serviceOf = (name: string) => ({ image, ...parts[name]?.compose, labels: { ...labels, 'torii.service': name }, networks: { default: null } })
  return stringify({
    name: project,
    services: Object.fromEntries(services.map((name) => [name, serviceOf(name)])),
    networks: { default: { name: `${project}_default`, labels } },
  })
}
