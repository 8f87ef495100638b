import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSettled } from '../../../src/deploy/transitions.ts'
import { allRevisions } from '../../fakes/all-revisions.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { anotherController, aWorld, until, type World } from './a-world.ts'
import { expectInvariants } from './invariants.ts'
import { awaiting, healthyAfter, undecided, unhealthyAfter } from './makers.ts'

const gate = { timeout: 20_000, interval: 1000 }
const probe = { timeout: 10_000, interval: 1000 }
const good: FakeExtension = {
  ...{ name: 'hello', settings: { gate, probe } },
  services: {
    web: { ...awaiting('db', 'service_healthy'), does: healthyAfter(700) },
    db: { restart: 'always', does: { ...healthyAfter(700), startTakes: 300 } },
  },
}
const data = { volumes: { data: ['db'] } }

/** All of one name. */
const extensions: Record<string, FakeExtension> = {
  good,
  'good, with data': { ...good, ...data },
  'unhealthy, with data': { ...good, ...data, services: { ...good.services, db: { does: unhealthyAfter(1500) } } },
  undecided: { ...good, services: { ...good.services, web: { does: undecided } } },
  'answers 500': { ...good, app: [[0, { hop: 'app', status: 500 }]] },
}

type Operation = (world: World) => unknown
const named = (name: string, operation: Operation) => Object.assign(operation, { toString: () => name })

const restart = named('the server restarts', async (world) => {
  await world.controller.close()
  world.controller = anotherController(world)
  await world.controller.recover()
})

const operations = [
  ...Object.keys(extensions).map((path) => named(`submit ${path}`, ({ controller }) => controller.submit({ path }))),
  named('stop', ({ controller }) => controller.stop('hello')),
  named('start', ({ controller }) => controller.start('hello')),
  named('rm', ({ controller }) => controller.remove('hello', { volumes: false })),
  named('rm --volumes', ({ controller }) => controller.remove('hello', { volumes: true })),
  named('the engine dies', ({ engine }) => engine.world.die()),
  named('the engine comes back', ({ engine }) => engine.world.comeBack()),
  restart,
]

const step = fc.tuple(fc.constantFrom(...operations), fc.constantFrom(0, 0, 1, 500, 1000, 3000, 15_000))

test(
  'whatever is asked for, in whatever order and at whatever moment: in the end it is what was asked for last, and nothing else is left',
  { timeout: 60_000 },
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        const world = aWorld({ extensions })
        const asked: Promise<unknown>[] = []
        for (const [operation, pause] of steps) {
          const asking = Promise.resolve(operation(world)).catch(() => {})
          asked.push(asking)
          // Never two servers at a time.
          if (operation === restart) await asking
          if (pause > 0) await world.clock.sleep(pause)
        }
        world.engine.world.comeBack()

        await until(world, async () => (await allRevisions(world.store)).every(({ state }) => isSettled(state)), 5000)
        await Promise.all(asked)
        await world.clock.sleep(120_000)

        await expectInvariants(world)
        expect(world.logged.filter((line) => line.startsWith('error'))).toEqual([])
        await expectOneThing(world)
      }),
      { numRuns: 150 },
    ),
)

/** What runs is what is wanted. */
async function expectOneThing({ store, engine }: World): Promise<void> {
  for (const { id, wanted, live } of await store.deployments()) {
    const revisions = await store.revisions(id)
    expect(revisions.filter(({ state }) => !isSettled(state))).toEqual([])
    const running = revisions.filter((revision) => engine.world.running(revision).length > 0).map(({ revision }) => revision)
    if (live !== null) expect([wanted, running]).toEqual([wanted, wanted === 'running' ? [live] : []])
  }
}
