import { describe, expect, test } from 'vitest'
import type { StoreWorld } from './store.contract.ts'
import { aCheck, aDeployment, anEvidence, aProbe, aRevision, notice, route, web } from './store-makers.ts'

/** What every store promises about what was tried and seen. */
export function attemptsContract(world: StoreWorld): void {
  const { admitted, told } = world

  describe('attempts', () => {
    test('keep the first 20 and the last 50, and count all', async () => {
      const revision = await admitted('a')

      for (let number = 1; number <= 75; number++) await world.store.attempt(revision, web, aCheck(number))

      const [attempts] = await world.store.attempts(revision)
      expect(attempts).toMatchObject({ of: web, total: 75 })
      expect(attempts?.kept.map(({ ms }) => ms)).toEqual([...upTo(1, 20), ...upTo(26, 75)])
      expect(attempts?.kept[0]).toEqual(aCheck(1))
    })

    test('are those of one container or route each, in the order in which they began', async () => {
      const revision = await admitted('a')
      const second = { ...web, replica: 2 }
      const location = { ...aProbe(2), location: 'https://elsewhere/' }

      await world.store.attempt(revision, second, aCheck(1))
      await world.store.attempt(revision, route, aProbe(1))
      await world.store.attempt(revision, web, aCheck(1))
      await world.store.attempt(revision, { url: 'https://localhost:61100/', route: 'port', is: 'probe' }, location)

      expect(await world.store.attempts(revision)).toEqual([
        { of: second, total: 1, kept: [aCheck(1)] },
        { of: route, total: 2, kept: [aProbe(1), location] },
        { of: web, total: 1, kept: [aCheck(1)] },
      ])
    })

    test('tell nothing by themselves', async () => {
      const revision = await admitted('a')

      await world.store.attempt(revision, web, aCheck(1))

      expect(await told()).toHaveLength(1)
      expect(await world.store.attempts({ deployment: 'a', revision: 2 })).toEqual([])
    })
  })

  test('freezes the evidence, and the last that is frozen counts', async () => {
    const revision = await admitted('a')
    const before = await world.store.evidence(revision)

    await world.store.freeze(revision, { at: anEvidence.at, containers: [] })
    await world.store.freeze(revision, anEvidence)

    expect(before).toBeNull()
    expect(await world.store.evidence(revision)).toEqual(anEvidence)
  })

  test('shares nothing with its callers', async () => {
    const revision = aRevision({ begun: { probe: 1 } })
    const admitting = world.store.admit(aDeployment({ name: 'mine' }), revision, [])
    revision.begun['probe'] = 2
    await admitting
    const event = { type: 'notice' as const, text: 'told' }
    const telling = world.store.tell(revision, event)
    event.text = 'changed'
    await telling

    for (const read of [await world.store.revision(revision), await world.store.newest('a'), ...(await world.store.revisions('a'))])
      if (read) read.begun['probe'] = 3

    expect((await world.store.revision(revision))?.begun).toEqual({ probe: 1 })
    expect((await told()).at(-1)).toEqual(notice('told'))
  })
}

function upTo(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, number) => first + number)
}
