import { expect, test } from 'vitest'
import { sharedVolumes } from '../../../src/deploy/in-place.ts'
import type { Settings } from '../../../src/deploy/plan.ts'
import { aPlan } from './makers.ts'

const volume = (name: string, ...writers: string[]) => ({ name, engineName: `torii-a_${name}`, writers })

test.each<[string, Settings['update']['strategy'], ReturnType<typeof volume>[], ReturnType<typeof volume>[], string[] | null]>([
  ['without volumes they stand side by side', 'auto', [], [], null],
  ['a volume that both write takes the place', 'auto', [volume('data', 'db')], [volume('data', 'db')], ['data']],
  ['a volume that only the new one writes', 'auto', [volume('data', 'db')], [volume('data')], ['data']],
  ['a volume that only the old one writes', 'auto', [volume('data')], [volume('data', 'db')], ['data']],
  ['a volume that both only read', 'auto', [volume('data')], [volume('data')], null],
  ['a volume of the new one alone', 'auto', [volume('data', 'db')], [], null],
  ['a volume of the old one alone', 'auto', [], [volume('data', 'db')], null],
  ['two of the same name in the file that are not the same volume', 'auto', [volume('data', 'db')], [{ ...volume('data', 'db'), engineName: 'other' }], null],
  ['all that are shared are named', 'auto', [volume('a', 'x'), volume('b'), volume('c', 'y')], [volume('a'), volume('b'), volume('c')], ['a', 'c']],
  ['side by side, where the extension asks for it', 'beside', [volume('data', 'db')], [volume('data', 'db')], null],
  ['in place, where the extension asks for it', 'in_place', [], [], []],
  ['in place, with the volumes that are shared', 'in_place', [volume('data', 'db')], [volume('data', 'db')], ['data']],
])('%s', (_, strategy, coming, live, expected) => {
  expect(sharedVolumes({ update: { strategy } }, aPlan({ volumes: coming }), aPlan({ volumes: live }))).toEqual(expected)
})
