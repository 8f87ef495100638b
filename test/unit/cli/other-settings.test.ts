import { expect, test } from 'vitest'
import { differenceOf, ignoredHere, otherSettings } from '../../../src/cli/other-settings.ts'
import { readConfig } from '../../../src/config.ts'
import { serverSettings } from '../../../src/server-settings.ts'

const running = serverSettings(readConfig({ TORII_PORTS: '5000-5010', HOME: '/x' }))

test('settings that the server runs with otherwise are named', () => {
  expect(otherSettings(readConfig({ HOME: '/x' }), { settings: running })).toEqual(['TORII_PORTS=5000-5010'])
  expect(otherSettings(readConfig({ TORII_PORTS: '5000-5010', HOME: '/x' }), { settings: running })).toEqual([])
  expect(otherSettings(readConfig({ HOME: '/x' }), {})).toEqual([])
})

test('a caller without TORII_API_BIND is told of that, not of the port that goes with it', () => {
  const exposed = serverSettings(readConfig({ TORII_API_BIND: '10.0.0.7', HOME: '/x' }))

  const [here, there] = [
    otherSettings(readConfig({ HOME: '/x' }), { settings: exposed }),
    otherSettings(readConfig({ TORII_API_BIND: '10.0.0.7', HOME: '/x' }), { settings: serverSettings(readConfig({ HOME: '/x' })) }),
  ]

  expect(here).toContain('TORII_API_BIND=10.0.0.7')
  expect([...here, ...there].join()).not.toContain('TORII_API_TLS_PORT')
})

test('what is not set there is said to be unset', () => {
  const config = readConfig({ TORII_POLICY: 'strict', HOME: '/x' })

  expect(differenceOf(config, { settings: { ...serverSettings(config), TORII_POLICY: '' } })).toContain('TORII_POLICY unset;')
})

test('a deploy asks and says nothing where nothing is set, and names what is set and ignored', async () => {
  let asked = 0
  const api = { system: async () => ({ settings: { ...running, TORII_POLICY: 'strict', asked: String(++asked) } }) }
  const config = readConfig({ TORII_POLICY: 'developer', HOME: '/x' })

  expect(await ignoredHere(api, config, () => false)).toBeNull()
  expect(asked).toBe(0)
  expect(await ignoredHere(api, config, (name) => name === 'TORII_POLICY')).toMatch(/^What is set here does nothing, .* runs with TORII_POLICY=strict;/)
})
