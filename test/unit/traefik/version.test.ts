import { expect, test } from 'vitest'
import { tooOld, tooOldByItsWords } from '../../../src/traefik/version.ts'

test.each(['3.7.12', 'v3.7.15', '3.8.0', '4.0.0', '3.10.0'])('Traefik %s is new enough', (version) => {
  expect(tooOld(version, 'traefik:v3')).toBeNull()
})

test.each(['3.7.11', '3.6.14', '2.11.99', 'dev', '', '3.7'])('Traefik "%s" is refused by name', (version) => {
  expect(tooOld(version, 'traefik:v3')?.trouble.detail).toContain(`the image traefik:v3 holds Traefik ${version}, and Torii needs`)
})

test('one that ends over an option it does not know is old', () => {
  expect(tooOldByItsWords('ERR error="field not found, node: aliasheadersstrategy"', 'traefik:v3')?.trouble.detail).toContain('older than 3.7.12')
  expect(tooOldByItsWords('address already in use', 'traefik:v3')).toBeNull()
})
