import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { DeployError } from '../../src/deploy/failure.ts'
import type { Store } from '../../src/deploy/ports.ts'
import type { RevisionRef, StoredEvent } from '../../src/deploy/record.ts'
import { openStore } from '../../src/store/store.ts'
import { allRevisions } from '../fakes/all-revisions.ts'
import { createFakeClock, type FakeClock } from '../fakes/clock.ts'
import { createFakeStore } from '../fakes/store.ts'
import { type Call, calls, make } from './store-calls.ts'

const folder = mkdtempSync(join(tmpdir(), 'torii-store-'))
afterAll(() => rmSync(folder, { recursive: true }))
const pool = '10.213.0.0/25'
let files = 0

test.each(['one after the other', 'all at once'] as const)(
  'SQLite and the fake answer the same to any calls, %s',
  async (how) => {
    const property = fc.asyncProperty(calls, async (sequence) => {
      const [clock, fakeClock] = [createFakeClock({ auto: false }), createFakeClock({ auto: false })]
      const real = await openStore({ file: join(folder, `${files++}.db`), pool, clock })
      try {
        const answers = await answersOf({ store: real, clock }, sequence, how)
        expect(answers).toEqual(await answersOf({ store: createFakeStore({ clock: fakeClock, pool }), clock: fakeClock }, sequence, how))
      } finally {
        await real.close()
      }
    })

    await fc.assert(property, { numRuns: 60, interruptAfterTimeLimit: 20_000 })
  },
  60_000,
)

/** What every call answered, what followers heard, and what is there in the end. */
async function answersOf({ store, clock }: { store: Store; clock: FakeClock }, sequence: Call[], how: 'one after the other' | 'all at once') {
  const heard: StoredEvent[] = []
  store.follow((event) => heard.push(event))
  const answer = (call: Call) =>
    make(call, store).then(
      (value) => ({ value: value ?? null }),
      (error: unknown) => ({ refused: error instanceof DeployError ? error.trouble.reason : String(error) }),
    )
  const answers: unknown[] = []
  if (how === 'all at once') answers.push(...(await Promise.all(sequence.map(answer))))
  else
    for (const call of sequence) {
      answers.push(await answer(call))
      await clock.advance(1)
    }
  return { answers, heard, ...(await everything(store)) }
}

async function everything(store: Store) {
  const revisions = await allRevisions(store)
  const each = async <T>(look: (ref: RevisionRef) => Promise<T>) => Promise.all(revisions.map(look))
  return {
    revisions,
    there: await allRevisions(store, { removed: false }),
    ports: await store.heldPorts(),
    deployments: await store.deployments(),
    events: await store.events({}),
    attempts: await each((ref) => store.attempts(ref)),
    evidence: await each((ref) => store.evidence(ref)),
  }
}
