import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Container } from '../../../src/deploy/ports.ts'
import type { FakeService } from '../../fakes/container.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import type { FakeAnswer, FakeApp } from '../../fakes/proxy.ts'
import { aWorld, deployed, told, type World } from './a-world.ts'
import { expectInvariants } from './invariants.ts'
import { awaiting } from './makers.ts'

const gate = { timeout: 20_000, interval: 1000 }
const probe = { timeout: 10_000, interval: 1000 }

const moment = fc.integer({ min: 0, max: 25_000 })
const status = fc.constantFrom('starting' as const, 'healthy' as const, 'unhealthy' as const)
const byTime = <T>(script: [number, T][]) => script.toSorted(([a], [b]) => a - b)
const health = fc.array(fc.tuple(moment, status), { maxLength: 4 }).map((turns): FakeService['health'] => [[0, 'starting'], ...byTime(turns)])
const exit = fc.tuple(moment, fc.constantFrom(0, 0, 1, 3, 137))

const behaviour = fc
  .record(
    { health, exits: fc.array(exit, { maxLength: 3 }), crashes: exit, startTakes: fc.integer({ min: 0, max: 3000 }), oomKilled: fc.boolean() },
    { requiredKeys: [] },
  )
  .filter(({ crashes, exits }) => crashes === undefined || exits === undefined) as fc.Arbitrary<FakeService>

/** Two in three are well, so that every end is met. */
const well = fc.constantFrom<FakeService>(
  {},
  {
    health: [
      [0, 'starting'],
      [700, 'healthy'],
    ],
  },
  {
    health: [
      [0, 'starting'],
      [1900, 'healthy'],
    ],
    startTakes: 400,
  },
)

const restart = fc.constantFrom('no', 'no', 'always', 'on-failure', 'on-failure:2', 'unless-stopped')
const one = fc.record({ does: fc.oneof({ weight: 2, arbitrary: well }, behaviour), restart, hasPort: fc.boolean(), replicas: fc.constantFrom(1, 1, 1, 2) })
const condition = fc.constantFrom('service_started' as const, 'service_healthy' as const, 'service_completed_successfully' as const)

const answer: fc.Arbitrary<FakeAnswer> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<FakeAnswer>({ hop: 'app', status: 200 }) },
  fc.constantFrom<FakeAnswer>(
    { hop: 'app', status: 302 },
    { hop: 'app', status: 404 },
    { hop: 'app', status: 500 },
    { hop: 'backend', status: 502 },
    { hop: 'none' },
  ),
)
const app: fc.Arbitrary<FakeApp> = fc.tuple(answer, fc.array(fc.tuple(moment, answer), { maxLength: 2 })).map(([first, more]) => [[0, first], ...byTime(more)])

const extensions: fc.Arbitrary<FakeExtension> = fc
  .record({
    services: fc.array(one, { minLength: 1, maxLength: 3 }),
    links: fc.array(fc.option(condition, { nil: null }), { minLength: 3, maxLength: 3 }),
    app,
    data: fc.boolean(),
  })
  .map(({ services, links, app, data }) => ({
    // Each may depend on the one after it.
    services: Object.fromEntries(services.map((each, at) => [`s${at}`, { ...each, ...linkOf(links[at] ?? null, at, services.length) }])),
    settings: { gate, probe },
    app,
    ...(data ? { volumes: { data: ['s0'] } } : {}),
  }))

function linkOf(link: Parameters<typeof awaiting>[1] | null, at: number, count: number) {
  return link === null || at + 1 >= count ? {} : awaiting(`s${at + 1}`, link)
}

/** The world, and what its containers looked like when a revision was DEPLOYED. */
function observed(extension: FakeExtension, name: string, deaf: boolean, more: Record<string, FakeExtension> = {}) {
  const seen: Container[][] = []
  const world: World = aWorld({
    extensions: { [`/${name}`]: extension, ...more },
    deaf,
    through: (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        move: async (revision, to, failure) => {
          if (to === 'DEPLOYED') seen.push(await ports.engine.containers(revision))
          return ports.store.move(revision, to, failure)
        },
      },
    }),
  })
  return { world, seen }
}

/** What nobody may call DEPLOYED, in the words of the readings (10, 11, 13 and 14). */
function isBad({ service, state, health, exitCode }: Container, { services }: FakeExtension): boolean {
  const { hasPort, restart = 'no', does } = services[service] ?? {}
  const awaited = Object.values(services).some(({ dependsOn }) =>
    dependsOn?.some((each) => each.service === service && each.condition === 'service_completed_successfully'),
  )
  const mayEnd = awaited || (!does?.health && !hasPort && service !== 's0' && !['always', 'unless-stopped'].includes(restart))
  if (state === 'exited') return exitCode !== 0 || !mayEnd
  return state !== 'running' || awaited || (health !== null && health.status !== 'healthy')
}

/** Longest time of N containers, with their starts, the probes and the last second of a tool. */
function mostTime({ services }: FakeExtension): number {
  const all = Object.values(services)
  const replicas = all.reduce((sum, { replicas = 1 }) => sum + replicas, 0)
  const starts = all.reduce((sum, { does, replicas = 1 }) => sum + replicas * (does?.startTakes ?? 0), 0)
  return replicas * gate.timeout + starts + 2 * probe.timeout + 2000
}

const names = fc.constantFrom('hello', 'tool-it')

test('whatever containers and routes do: DEPLOYED only when all of it is true, and always settled in time', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(extensions, names, fc.boolean(), async (extension, name, deaf) => {
      const { world, seen } = observed(extension, name, deaf)

      const revision = await deployed(world, `/${name}`)

      await expectInvariants(world)
      expect(Date.parse(revision.settledAt ?? '') - Date.parse(revision.createdAt)).toBeLessThanOrEqual(mostTime(extension))
      expect(seen.flat().filter((each) => isBad(each, extension))).toEqual([])
      expect(seen.length).toBe(revision.state === 'DEPLOYED' ? 1 : 0)
      if (revision.state === 'DEPLOYED') expect(world.logged).toEqual([])
      expect(revision.failure?.reason).not.toBe('internal')
      await expectNothingAfter(world)
    }),
    { numRuns: 150 },
  ),
)

test('whatever an update does, the old one serves again or the new one does', { timeout: 60_000 }, () =>
  fc.assert(
    fc.asyncProperty(extensions, fc.boolean(), fc.boolean(), async (extension, deaf, data) => {
      const first: FakeExtension = { services: { s0: {} }, ...(data ? { volumes: { data: ['s0'] } } : {}) }
      const { world } = observed(first, 'hello', deaf, { '/hello@2': { ...extension, name: 'hello' } })
      await deployed(world, '/hello')

      const revision = await deployed(world, '/hello@2')

      await expectInvariants(world)
      expect((await world.store.deployment('hello'))?.live).toBe(revision.state === 'DEPLOYED' ? 2 : 1)
      expect(revision.failure?.sentence ?? '').not.toContain('did not come back')
    }),
    { numRuns: 150 },
  ),
)

/** The last that is told of a revision is its state, but for what happens to it later. */
async function expectNothingAfter(world: World): Promise<void> {
  const events = await world.store.events({})
  const end = events.findIndex(({ event }) => event.type === 'state' && (event.state === 'DEPLOYED' || event.state === 'FAILED'))
  expect(events.slice(end + 1).map(({ event }) => event.type)).toEqual([])
  expect(await told(world, 'state')).not.toEqual([])
}
