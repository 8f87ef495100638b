import { expect, test } from 'vitest'
import { otherSettings } from '../../../src/cli/other-settings.ts'
import { readConfig } from '../../../src/config.ts'
import { serverSettings } from '../../../src/server-settings.ts'

const running = serverSettings(readConfig({ TORII_PORTS: '5000-5010', HOME: '/x' }))

test('settings that the server runs with otherwise are named', () => {
  expect(otherSettings(readConfig({ HOME: '/x' }), { settings: running })).toEqual(['TORII_PORTS=5000-5010'])
  expect(otherSettings(readConfig({ TORII_PORTS: '5000-5010', HOME: '/x' }), { settings: running })).toEqual([])
  expect(otherSettings(readConfig({ HOME: '/x' }), {})).toEqual([])
})
