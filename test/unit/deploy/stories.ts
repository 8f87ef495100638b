import { expect } from 'vitest'
import type { RunningController } from '../../../src/deploy/controller.ts'
import { isSettled } from '../../../src/deploy/transitions.ts'
import { allRevisions } from '../../fakes/all-revisions.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { dyingAt } from './a-crash.ts'
import { anotherController, aWorld, deployed, newest, until, type World } from './a-world.ts'
import { expectInvariants } from './invariants.ts'
import { awaiting, healthyAfter, unhealthyAfter } from './makers.ts'

const app: FakeExtension = {
  services: { web: { ...awaiting('db', 'service_healthy'), does: healthyAfter(700) }, db: { does: healthyAfter(700) }, init: { does: { exits: [[100, 0]] } } },
  app: [
    [0, { hop: 'app', status: 503 }],
    [2500, { hop: 'app', status: 200 }],
  ],
  settings: { fastStart: false },
}
const data = { volumes: { data: ['db'] } }
const ill = { ...app.services, db: { does: unhealthyAfter(700) } }

export interface Story {
  extensions: Record<string, FakeExtension>
  /** What is there when the process begins. */
  before(world: World): Promise<unknown>
  /** What the process is asked for. */
  act(controller: RunningController): Promise<unknown>
  /** What holds in the end, besides the invariants. */
  after?(world: World): Promise<void>
}

const nothing = async () => {}
const first = (world: World) => deployed(world, '/hello')
const submit = (path: string) => (controller: RunningController) => controller.submit({ path })

/** What a process may be doing when it dies. */
export const stories: Record<string, Story> = {
  'a first deployment': { extensions: { '/hello': { ...app, ...data } }, before: nothing, act: submit('/hello'), after: isLive(1) },
  'a first deployment that fails': {
    extensions: { '/hello': { ...app, services: ill } },
    before: nothing,
    act: submit('/hello'),
    after: async (world) => expect(await newest(world, 'hello')).toMatchObject({ state: 'FAILED', failure: { reason: 'container_unhealthy', service: 'db' } }),
  },
  'an update beside': { extensions: { '/hello': app, '/hello@2': { ...app, name: 'hello' } }, before: first, act: submit('/hello@2'), after: isLive(2) },
  'an update in place': {
    extensions: { '/hello': { ...app, ...data }, '/hello@2': { ...app, ...data, name: 'hello' } },
    before: first,
    act: submit('/hello@2'),
    after: isLive(2),
  },
  'an update beside that fails': {
    extensions: { '/hello': app, '/hello@2': { ...app, services: ill, name: 'hello' } },
    before: first,
    act: submit('/hello@2'),
    after: hasFailed('container_unhealthy'),
  },
  'an update in place that fails': {
    extensions: { '/hello': { ...app, ...data }, '/hello@2': { ...app, ...data, services: ill, name: 'hello' } },
    before: first,
    act: submit('/hello@2'),
    after: hasFailed('container_unhealthy'),
  },
  'an update of a stopped one': {
    extensions: { '/hello': app, '/hello@2': { ...app, name: 'hello' } },
    before: async (world) => {
      await first(world)
      await world.controller.stop('hello')
    },
    act: submit('/hello@2'),
    after: isLive(2),
  },
  'a stop': { extensions: { '/hello': app }, before: first, act: (controller) => controller.stop('hello') },
  'a start': {
    extensions: { '/hello': app },
    before: async (world) => {
      await first(world)
      await world.controller.stop('hello')
    },
    act: (controller) => controller.start('hello'),
  },
  rm: { extensions: { '/hello': { ...app, ...data } }, before: first, act: (controller) => controller.remove('hello', { volumes: false }), after: isGone(1) },
  'rm --volumes': {
    extensions: { '/hello': { ...app, ...data } },
    before: first,
    act: (controller) => controller.remove('hello', { volumes: true }),
    after: isGone(0),
  },
}

function isLive(revision: number) {
  return async (world: World) => {
    expect(await newest(world, 'hello')).toMatchObject({ revision, state: 'DEPLOYED' })
    expect(await world.store.deployment('hello')).toMatchObject({ live: revision, open: revision, wanted: 'running' })
  }
}

function hasFailed(reason: string) {
  return async (world: World) => {
    expect(await newest(world, 'hello')).toMatchObject({ revision: 2, state: 'FAILED', failure: { reason, service: 'db' } })
    expect((await newest(world, 'hello')).failure?.sentence).not.toContain('did not come back')
    expect(await world.store.deployment('hello')).toMatchObject({ live: 1, open: 1, wanted: 'running' })
    expect(world.engine.world.running({ ...(await newest(world, 'hello')), revision: 1 }).toSorted()).toEqual(['db', 'web'])
  }
}

function isGone(volumes: number) {
  return async (world: World) => {
    expect(await world.controller.list()).toEqual([])
    expect(await world.engine.revisions()).toEqual([])
    expect(world.proxy.published()).toEqual([])
    expect(world.engine.world.volumes.size).toBe(volumes)
  }
}

/** Every revision has settled, and nothing goes on any more. */
async function rest(world: World): Promise<void> {
  await until(world, async () => (await allRevisions(world.store)).every(({ state }) => isSettled(state)), 1000)
  await world.clock.sleep(1000)
}

/** What the record says that somebody asked for. */
async function wishes({ store }: World): Promise<string> {
  const deployments = await store.deployments()
  const all = deployments.map(async ({ id, wanted }) => `${wanted} ${(await store.revisions(id)).length}`)
  return (await Promise.all(all)).join()
}

/**
 * The story with a process that dies after so many calls, and another one ten seconds later that dies after so many, and so on until
 * one lives. Answers the calls that they died in: fewer, where one got to the end before.
 */
export async function lived(story: Story, deaths: number[]): Promise<string[]> {
  const world = aWorld({ extensions: story.extensions })
  await story.before(world)
  await world.controller.close()
  const asked = await wishes(world)
  const died: string[] = []
  for (const call of [...deaths, Number.POSITIVE_INFINITY]) {
    const death = await untilDeath(world, story, asked, call)
    if (death === null) break
    died.push(death)
    await world.clock.sleep(10_000)
  }
  world.controller = anotherController(world)
  await expectInvariants(world)
  await story.after?.(world)
  return died
}

/** One process: whoever got no answer asks it again, where nothing of it was recorded. null: it got to the end before it died. */
async function untilDeath(world: World, { act }: Story, asked: string, call: number): Promise<string | null> {
  const dying = dyingAt(call)
  const controller = anotherController(world, dying.through)
  const ended = controller
    .recover()
    .then(() => rest(world))
    .then(async () => (await wishes(world)) === asked && act(controller))
    .then(() => rest(world))
  return Promise.race([dying.dead, ended.then(() => null)])
}
