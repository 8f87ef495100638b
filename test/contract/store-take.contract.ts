import { describe, expect, test } from 'vitest'
import type { StoreWorld } from './store.contract.ts'
import { refusal } from './store-makers.ts'

/** What every store promises about subnets. The pool is 10.213.0.0/24. */
export function takeSubnetsContract(world: StoreWorld): void {
  const { admitted, settled } = world

  describe('takeSubnets', () => {
    test('divides the pool, each aligned to its size, and keeps them with the revision', async () => {
      const revision = await admitted('a')

      const subnets = await world.store.takeSubnets(revision, [27, 26, 27], [])

      expect(subnets).toEqual(['10.213.0.0/27', '10.213.0.64/26', '10.213.0.32/27'])
      expect((await world.store.revision(revision))?.subnets).toEqual(subnets)
    })

    test('gives nobody what another revision holds, or what is to be avoided', async () => {
      await admitted('a')
      await admitted('b')

      await world.store.takeSubnets({ deployment: 'a', revision: 1 }, [27], [])
      const subnets = await world.store.takeSubnets(
        { deployment: 'b', revision: 1 },
        [27, 27],
        ['10.213.0.40/30', '10.213.0.64/27', 'fd00::/64', '192.168.0.0/16'],
      )

      expect(subnets).toEqual(['10.213.0.96/27', '10.213.0.128/27'])
    })

    test('avoids a range that the pool lies in', async () => {
      const revision = await admitted('a')

      expect(await refusal(world.store.takeSubnets(revision, [27], ['10.0.0.0/8']))).toBe('network_exhausted')
    })

    test('takes new ones in place of those that the revision had', async () => {
      const revision = await admitted('a')
      await world.store.takeSubnets(revision, [25], [])

      await world.store.takeSubnets(revision, [25], [])
      const third = await world.store.takeSubnets(revision, [24], [])

      expect(third).toEqual(['10.213.0.0/24'])
    })

    test('gives out again what was given back, but rather something else at first', async () => {
      const first = await settled(await admitted('a'), 'FAILED')
      await world.store.takeSubnets(first, [25], [])
      await world.store.keep(first, { removed: true })
      const second = await admitted('b')

      const other = await world.store.takeSubnets(second, [25], [])
      const both = await world.store.takeSubnets(second, [25, 25], [])

      expect(other).toEqual(['10.213.0.128/25'])
      expect(both).toEqual(['10.213.0.0/25', '10.213.0.128/25'])
    })

    test('says what the pool is and how much of it is used when nothing fits, and takes nothing then', async () => {
      const revision = await admitted('a')
      await admitted('b')
      await world.store.takeSubnets({ deployment: 'b', revision: 1 }, [26], [])
      await world.store.takeSubnets(revision, [27], [])

      const failure = world.store.takeSubnets(revision, [26, 25], ['10.213.0.248/29'])

      await expect(failure).rejects.toMatchObject({
        trouble: { reason: 'network_exhausted', detail: '10.213.0.0/24 has no room for /26 and /25, 72 of its 256 addresses are taken' },
      })
      expect((await world.store.revision(revision))?.subnets).toEqual(['10.213.0.64/27'])
    })

    test('gives two that ask at once two subnets', async () => {
      const refs = [await admitted('a'), await admitted('b')]

      const subnets = await Promise.all(refs.map((ref) => world.store.takeSubnets(ref, [27], [])))

      expect(subnets).toEqual([['10.213.0.0/27'], ['10.213.0.32/27']])
    })
  })

  describe('holdSubnets', () => {
    const later = { deployment: 'later', revision: 1 }

    test('takes what nobody holds, for a revision that is not on record, until it is given back', async () => {
      const revision = await admitted('a')
      await world.store.takeSubnets(revision, [27], [])

      const held = await world.store.holdSubnets(later, [27], ['10.213.0.32/27'])
      const taken = await world.store.takeSubnets(await admitted('b'), [27], [])
      held.giveBack()

      expect(held.subnets).toEqual(['10.213.0.64/27'])
      expect(taken).toEqual(['10.213.0.32/27'])
      expect((await world.store.holdSubnets(later, [25], [])).subnets).toEqual(['10.213.0.128/25'])
    })

    test('is refused while the same revision is being admitted', async () => {
      const held = await world.store.holdSubnets(later, [], [])

      expect(await refusal(world.store.holdSubnets(later, [27], []))).toBe('busy')

      held.giveBack()
      expect((await world.store.holdSubnets(later, [27], [])).subnets).toEqual(['10.213.0.0/27'])
    })

    test('holds nothing when there is no room', async () => {
      expect(await refusal(world.store.holdSubnets(later, [16], []))).toBe('network_exhausted')

      expect((await world.store.holdSubnets(later, [24], [])).subnets).toEqual(['10.213.0.0/24'])
    })
  })
}
