import { describe, expect, test } from 'vitest'
import type { StoreWorld } from './store.contract.ts'
import { aCheck, aFailure, anEvidence, aPlan, aRevision, notice, refusal, web } from './store-makers.ts'

/** What every store promises about revisions, and about the ports they hold. */
export function revisionsContract(world: StoreWorld): void {
  const { admitted, settled, told } = world

  describe('revisions', () => {
    test('are listed oldest first', async () => {
      for (const revision of [1, 2, 3]) await settled(await admitted('a', { revision }), 'FAILED')

      expect((await world.store.revisions('a')).map(({ revision }) => revision)).toEqual([1, 2, 3])
      expect(await world.store.revisions('b')).toEqual([])
      expect(await world.store.revision({ deployment: 'a', revision: 4 })).toBeNull()
    })

    test('that are removed are listed apart from those of which something may exist', async () => {
      await settled(await admitted('a'))
      const failed = await settled(await admitted('a', { revision: 2 }), 'FAILED')
      await admitted('a', { revision: 3 })

      await world.store.keep(failed, { removed: true })

      const numbers = async (removed: boolean) => (await world.store.revisions('a', { removed })).map(({ revision }) => revision)
      expect([await numbers(false), await numbers(true)]).toEqual([[1, 3], [2]])
    })

    test('have a newest one', async () => {
      await settled(await admitted('a'))
      await admitted('a', { revision: 2 })

      expect(await world.store.newest('a')).toMatchObject({ revision: 2, state: 'UNINITIALIZED' })
      expect(await world.store.newest('b')).toBeNull()
    })

    test('that are removed are forgotten with everything of them, but for the last ones', async () => {
      for (const revision of [1, 2, 3, 4]) {
        const failed = await settled(await admitted('a', { revision }), 'FAILED')
        await world.store.attempt(failed, web, aCheck(1))
        await world.store.freeze(failed, anEvidence)
        if (revision !== 2) await world.store.keep(failed, { removed: true })
      }
      await settled(await admitted('b'), 'FAILED')

      await world.store.prune('a', 1)

      expect((await world.store.revisions('a')).map(({ revision }) => revision)).toEqual([2, 4])
      expect(new Set((await world.store.events({ deployment: 'a' })).map(({ revision }) => revision))).toEqual(new Set([2, 4]))
      expect([await world.store.attempts({ deployment: 'a', revision: 1 }), await world.store.evidence({ deployment: 'a', revision: 1 })]).toEqual([[], null])
      expect(await world.store.attempts({ deployment: 'a', revision: 4 })).toHaveLength(1)
      expect(await world.store.revisions('b')).toHaveLength(1)
      await admitted('a', { revision: 5 })
    })
  })

  describe('heldPorts', () => {
    test('are those of all revisions that are not removed, each once', async () => {
      await settled(await admitted('a', { port: 61101 }))
      await admitted('a', { revision: 2, port: 61101 })
      const gone = await settled(await admitted('b', { port: 61102 }), 'FAILED')
      await admitted('c', { port: 61100 })
      await admitted('d')

      await world.store.keep(gone, { removed: true })

      expect(await world.store.heldPorts()).toEqual([
        { port: 61100, deployment: 'c' },
        { port: 61101, deployment: 'a' },
      ])
    })

    test('can be given back, and taken only from nobody else', async () => {
      const first = await admitted('a', { port: 61100 })
      const second = await admitted('b')

      expect(await refusal(world.store.keep(second, { port: 61100 }))).toBe('port_in_use')
      await world.store.keep(first, { port: null })
      await world.store.keep(second, { port: 61100 })

      expect(await world.store.heldPorts()).toEqual([{ port: 61100, deployment: 'b' }])
    })
  })

  describe('move', () => {
    test('goes by the table, stamps what settles, and tells each state', async () => {
      const revision = await admitted('a')

      const pulling = await world.store.move(revision, 'PULLING_IMAGES')
      const requested = await world.store.move(pulling, 'REQUESTED')
      await world.clock.advance(1500)
      const deployed = await world.store.move(requested, 'DEPLOYED')

      expect([pulling, requested]).toEqual([
        { ...revision, state: 'PULLING_IMAGES' },
        { ...revision, state: 'REQUESTED' },
      ])
      expect(deployed).toEqual({ ...revision, state: 'DEPLOYED', settledAt: '2026-01-01T00:00:01.500Z' })
      expect(await world.store.revision(revision)).toEqual(deployed)
      expect(await world.store.events({ after: 3 })).toEqual([
        { id: 4, deployment: 'a', revision: 1, at: '2026-01-01T00:00:01.500Z', event: { type: 'state', state: 'DEPLOYED' } },
      ])
    })

    test('to DEPLOYED makes the revision the live one, and to FAILED does not', async () => {
      await settled(await admitted('a'))
      await settled(await admitted('a', { revision: 2 }), 'FAILED')

      expect(await world.store.deployment('a')).toMatchObject({ live: 1, open: null })
    })

    test('to FAILED keeps the failure, and tells it', async () => {
      const failed = await world.store.move(await admitted('a'), 'FAILED', aFailure)

      expect(failed).toMatchObject({ state: 'FAILED', failure: aFailure })
      expect((await told()).at(-1)).toEqual({ type: 'state', state: 'FAILED', failure: aFailure })
    })

    test('answers what others kept meanwhile', async () => {
      const revision = await admitted('a')
      await world.store.keep(revision, { backends: ['http://10.213.0.18:8000'] })

      expect(await world.store.move(revision, 'PULLING_IMAGES')).toMatchObject({ backends: ['http://10.213.0.18:8000'] })
    })

    test('loses a race to whoever moved first', async () => {
      const revision = await admitted('a')

      const moves = await Promise.all([refusal(world.store.move(revision, 'PULLING_IMAGES')), refusal(world.store.move(revision, 'FAILED', aFailure))])

      expect(moves).toEqual(['Error: it was not refused', 'RecordTaken'])
      expect(await world.store.revision(revision)).toMatchObject({ state: 'PULLING_IMAGES', failure: null })
      expect(await told()).toHaveLength(2)
    })

    test('loses it also to whoever forgot the deployment', async () => {
      const revision = await admitted('a')
      await world.store.forget('a', { keepName: false })

      expect(await refusal(world.store.move(revision, 'FAILED', aFailure))).toBe('RecordTaken')
    })

    test('refuses an arrow that the table does not have', async () => {
      const deployed = await settled(await admitted('a'))

      expect(await refusal(world.store.move(deployed, 'FAILED'))).toBe('Error: A revision cannot go from DEPLOYED to FAILED.')
      expect(await refusal(world.store.move(aRevision(), 'DEPLOYED'))).toBe('Error: A revision cannot go from UNINITIALIZED to DEPLOYED.')
    })
  })

  describe('keep', () => {
    test('sets what the patch names, and answers the whole revision', async () => {
      const revision = await admitted('a', { candidate: 'secret' })

      await world.store.keep(revision, { model: 'services: {}', plan: aPlan, begun: { probe: 1 } })
      await world.store.keep(revision, { candidate: null, backends: ['http://10.213.0.18:8000'] })
      const kept = await world.store.keep(revision, {})

      const expected = { ...revision, model: 'services: {}', plan: aPlan, begun: { probe: 1 }, candidate: null, backends: ['http://10.213.0.18:8000'] }
      expect(kept).toEqual(expected)
      expect(await world.store.revision(revision)).toEqual(expected)
    })

    test('knows only revisions that there are', async () => {
      await admitted('a')

      for (const ref of [
        { deployment: 'a', revision: 2 },
        { deployment: 'b', revision: 1 },
      ]) {
        const calls = [
          world.store.keep(ref, {}),
          world.store.takeSubnets(ref, [27], []),
          world.store.tell(ref, notice('x')),
          world.store.attempt(ref, web, aCheck(1)),
        ]
        const refusals = [...calls, world.store.freeze(ref, anEvidence)].map(refusal)
        expect(new Set(await Promise.all(refusals))).toEqual(new Set(['not_found']))
      }
    })
  })
}
