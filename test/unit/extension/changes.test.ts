import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { changesBetween } from '../../../src/extension/changes.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { aSource, plainSettings } from '../deploy/makers.ts'

const side = (model: object, settings = plainSettings) => ({ resolved: stringify(model), source: aSource({ settings }) })
const between = (before: ReturnType<typeof side>, after: ReturnType<typeof side>) => changesBetween(before, after, { parse: parseModel })

test('the same extension in another revision differs in nothing', () => {
  const revision = (number: number) =>
    side({
      services: { web: { image: 'web:1', networks: { default: null } } },
      networks: { default: { name: `torii-a-r${number}_default` } },
      volumes: { data: { name: `torii-a-r${number}_data` } },
    })

  expect(between(revision(1), revision(2))).toEqual([])
})

test('images, variables by name, options, services and settings that differ are told, and no value of a variable', () => {
  const before = side({
    services: { web: { image: 'web:1', environment: { KEEP: 'a', TOKEN: 'secret-1', GONE: 'x' }, command: ['a'] }, old: { image: 'old' } },
  })
  const after = side(
    {
      services: { web: { image: 'web:2', environment: { KEEP: 'a', TOKEN: 'secret-2', NEW: 'y' }, command: ['b'] }, extra: { image: 'x' } },
      volumes: { data: {} },
    },
    { ...plainSettings, gate: { timeout: 60_000, interval: 5000 } },
  )

  const changes = between(before, after)

  expect(changes).toEqual([
    { service: 'web', what: 'image', name: 'web:2', change: 'changed', before: 'web:1', after: 'web:2' },
    { service: 'web', what: 'variable', name: 'TOKEN', change: 'changed' },
    { service: 'web', what: 'variable', name: 'GONE', change: 'removed' },
    { service: 'web', what: 'variable', name: 'NEW', change: 'added' },
    { service: 'web', what: 'option', name: 'command', change: 'changed' },
    { service: 'old', what: 'service', name: 'old', change: 'removed' },
    { service: 'extra', what: 'service', name: 'extra', change: 'added' },
    { service: null, what: 'volume', name: 'data', change: 'added' },
    { service: null, what: 'setting', name: 'gate.timeout', change: 'changed', before: '180s', after: '60s' },
  ])
  expect(JSON.stringify(changes)).not.toContain('secret')
})
