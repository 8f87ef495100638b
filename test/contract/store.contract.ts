import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../../src/deploy/ports.ts'
import type { Revision, RevisionEvent } from '../../src/deploy/record.ts'
import type { State } from '../../src/deploy/transitions.ts'
import { createFakeClock, type FakeClock } from '../fakes/clock.ts'
import { admissionContract } from './store-admission.contract.ts'
import { attemptsContract } from './store-attempts.contract.ts'
import { consentsContract } from './store-consents.contract.ts'
import { eventsContract } from './store-events.contract.ts'
import { aDeployment, aRevision } from './store-makers.ts'
import { revisionsContract } from './store-revisions.contract.ts'
import { takeSubnetsContract } from './store-take.contract.ts'

type ClosableStore = Store & { close?(): Promise<void> }

/** What the suite runs on: a new store, and a new clock that stands still, for each test. */
export interface StoreWorld {
  store: ClosableStore
  clock: FakeClock
  /** Records it under the name app-<id>; answers it as it was given. */
  admitted: (id: string, revision?: Partial<Revision>) => Promise<Revision>
  settled: (revision: Revision, to?: 'DEPLOYED' | 'FAILED') => Promise<Revision>
  told: () => Promise<RevisionEvent[]>
}

/** The same promises of every store. */
export function storeContract(name: string, make: (setup: { clock: FakeClock; pool: string }) => Promise<ClosableStore>): void {
  describe(`the store (${name})`, () => {
    const world = {
      admitted: async (id, change = {}) => {
        const revision = aRevision({ deployment: id, ...change })
        await world.store.admit(aDeployment({ id, name: `app-${id}` }), revision, [])
        return revision
      },
      settled: async (revision, to = 'DEPLOYED') => {
        const way: State[] = to === 'FAILED' ? ['FAILED'] : ['PULLING_IMAGES', 'REQUESTED', 'DEPLOYED']
        let moved = revision
        for (const state of way) moved = await world.store.move(moved, state)
        return moved
      },
      told: async () => (await world.store.events({})).map(({ event }) => event),
    } as StoreWorld

    beforeEach(async () => {
      world.clock = createFakeClock({ auto: false })
      world.store = await make({ clock: world.clock, pool: '10.213.0.0/24' })
    })

    afterEach(() => world.store.close?.())

    admissionContract(world)
    consentsContract(world)
    revisionsContract(world)
    takeSubnetsContract(world)
    eventsContract(world)
    attemptsContract(world)
  })
}
