import { describe, expect, test } from 'vitest'
import type { StoreWorld } from './store.contract.ts'
import { aDeployment, aRevision } from './store-makers.ts'

const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string
const model = (letter: string) => letter.repeat(64)

/** What every store promises about consents. */
export function consentsContract(world: StoreWorld): void {
  const { admitted, settled } = world
  const admit = (revision: number, rules: string[], of = model('a')) =>
    world.store.admit(aDeployment({ id: 'a', name: 'app-a' }), aRevision({ deployment: 'a', revision }), [], { model: of, rules })

  describe('consents', () => {
    test('are kept with the revision that they were given for, and none before', async () => {
      expect(await world.store.consents('a')).toEqual([])

      await admit(1, ['gpus', 'strong_capability'])

      expect(await world.store.consents('a')).toEqual([{ model: model('a'), at, rules: ['gpus', 'strong_capability'] }])
      expect(await world.store.consents('b')).toEqual([])
    })

    test('without a rule are none', async () => {
      await admit(1, [])

      expect(await world.store.consents('a')).toEqual([])
    })

    test('to the same model are each of their own time, to others stand beside', async () => {
      await admit(1, ['gpus'])
      await settled(aRevision({ deployment: 'a', revision: 1 }))
      await world.clock.advance(1000)
      await admit(2, ['gpus', 'other_sysctl'])
      await settled(aRevision({ deployment: 'a', revision: 2 }))
      await admit(3, ['gpus'], model('b'))

      expect(await world.store.consents('a')).toEqual([
        { model: model('a'), at, rules: ['gpus'] },
        { model: model('a'), at, rules: ['other_sysctl'] },
        { model: model('b'), at, rules: ['gpus'] },
      ])
    })

    test('of an admission that is refused are not kept', async () => {
      await admitted('a')

      await expect(admit(2, ['gpus'])).rejects.toThrow(/busy/)

      expect(await world.store.consents('a')).toEqual([])
    })

    test.each([true, false])('are forgotten with the deployment (its name is kept: %s)', async (keepName) => {
      await admit(1, ['gpus'])

      await world.store.forget('a', { keepName })

      expect(await world.store.consents('a')).toEqual([])
    })
  })
}
