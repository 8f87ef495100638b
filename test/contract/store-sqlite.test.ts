import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Store } from '../../src/deploy/ports.ts'
import { createFollowers } from '../../src/store/followers.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { createSession } from '../../src/store/session.ts'
import { openStore } from '../../src/store/store.ts'
import { createVault } from '../../src/store/vault.ts'
import { allRevisions } from '../fakes/all-revisions.ts'
import { createFakeClock } from '../fakes/clock.ts'
import { storeContract } from './store.contract.ts'
import { newFolder, openIn } from './store-folder.ts'
import { aCheck, aDeployment, aFailure, anEvidence, aPlan, aRevision, refusal, web } from './store-makers.ts'

storeContract('SQLite', (setup) => openStore({ file: join(newFolder(), 'torii.db'), ...setup }))

const everything = async (store: Store) => ({
  deployments: await store.deployments(),
  revisions: await allRevisions(store),
  events: await store.events({}),
  attempts: await store.attempts(aRevision()),
  evidence: await store.evidence(aRevision()),
})

test('the store gives everything back when it is opened again, and goes on counting where it was', async () => {
  const folder = newFolder()
  const store = await openIn(folder)
  await store.admit(aDeployment(), aRevision({ port: 61100, plan: aPlan }), ['a notice'])
  await store.move(aRevision(), 'FAILED', aFailure)
  await store.takeSubnets(aRevision(), [27], [])
  await store.attempt(aRevision(), web, aCheck(1))
  await store.freeze(aRevision(), anEvidence)
  await store.admit(aDeployment({ id: 'b', name: 'b' }), aRevision({ deployment: 'b' }), [])
  await store.forget('b', { keepName: false })
  const before = await everything(store)
  await store.close()

  const again = await openIn(folder)
  const after = await everything(again)
  await again.tell(aRevision(), { type: 'notice', text: 'after' })

  expect(after).toEqual(before)
  expect(after.events).toHaveLength(3)
  expect((await again.events({})).at(-1)?.id).toBe(6)
  await again.close()
})

test('the store does what was asked for before it closes', async () => {
  const folder = newFolder()
  const store = await openIn(folder)
  void store.admit(aDeployment(), aRevision(), [])
  const telling = store.tell(aRevision(), { type: 'notice', text: 'late' })

  await store.close()
  await telling

  const again = await openIn(folder)
  expect(await again.events({})).toHaveLength(2)
  await again.close()
})

test('the store leaves nothing of a transaction that does not fit, and goes on when there is room', async () => {
  const file = join(newFolder(), 'torii.db')
  const database = openDatabase(file)
  const { read, write, close } = await createSession({
    database,
    file,
    clock: createFakeClock(),
    followers: createFollowers(),
    vault: createVault(new Uint8Array(32)),
    log: { warn: () => {} },
  })
  database.exec('PRAGMA max_page_count = 1')
  const rows = () => read((db) => db.selectFrom('deployments').select('id').execute())
  const twoThings = () =>
    write(async ({ db }) => {
      await db.insertInto('deployments').values(aDeployment()).execute()
      await db
        .insertInto('deployments')
        .values(aDeployment({ id: 'b', name: 'x'.repeat(10_000) }))
        .execute()
    })

  const refused = await refusal(twoThings())
  const left = await rows()
  database.exec('PRAGMA max_page_count = 1000')
  await twoThings()

  expect([refused, left]).toEqual(['disk_full', []])
  expect(await rows()).toHaveLength(2)
  await close()
})
