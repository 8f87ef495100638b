import { describe, expect, test } from 'vitest'
import { probePathTrouble } from '../../../src/extension/probe-path.ts'
import { settingsOf } from '../../../src/extension/settings.ts'
import { config, settings } from './makers.ts'

const of = (torii: unknown, metadata: Record<string, unknown> = {}, kind: 'app' | 'tool' = 'app') => settingsOf({ metadata, torii, kind, config })

describe('settings', () => {
  test('without any, the operator’s defaults', () => {
    expect(of(undefined)).toEqual({ settings, notices: [] })
    expect(of(null, {}, 'tool').settings.probe.type).toBe('none')
  })

  test('x-torii wins over kamiwaza.json, part by part', () => {
    const metadata = { torii: { probe: { path: '/a', timeout: '30s' }, gate: { timeout: '1m30s' } } }

    expect(of({ probe: { path: '/b?x=1' } }, metadata).settings).toMatchObject({
      probe: { path: '/b?x=1', timeout: 30_000 },
      gate: { timeout: 90_000, interval: 5000 },
    })
  })

  test('without the prefix stripped, only the path route is published (reading 4)', () => {
    expect(of(undefined, { strip_path_prefix: false }).settings).toMatchObject({ stripPathPrefix: false, routing: 'path' })
    expect(of({ strip_path_prefix: false, routing: 'port' }).notices).toEqual([expect.stringContaining('routing: port is ignored')])
  })

  test('a tool may ask for a probe (reading 30)', () => {
    expect(of({ probe: { type: 'http', path: '/mcp' } }, {}, 'tool').settings.probe).toMatchObject({ type: 'http', path: '/mcp' })
  })

  test.each<[unknown, RegExp]>([
    ['x', /x-torii must be a mapping/],
    [{ probe: 'x' }, /x-torii\.probe must be a mapping/],
    [{ probe: { type: 'tcp' } }, /x-torii\.probe\.type must be http \(tcp and mcp are not supported yet\)/],
    [{ probe: { pth: '/' } }, /x-torii\.probe\.pth: there is no such setting; did you mean "probe\.path"/],
    [{ probe: { path: '//evil' } }, /x-torii\.probe\.path must be a path/],
    [{ probe: { expect: 99 } }, /x-torii\.probe\.expect must be an HTTP status/],
    [{ gate: { timeout: '0s' } }, /x-torii\.gate\.timeout must be a duration/],
    [{ gate: { timeout: '-5s' } }, /x-torii\.gate\.timeout must be a duration/],
    [{ gate: { timeout: '48h' } }, /x-torii\.gate\.timeout must be a duration/],
    [{ fast_start: 'no' }, /x-torii\.fast_start must be true or false/],
    [{ update: { strategy: 'x' } }, /x-torii\.update\.strategy must be one of auto, beside, in_place/],
    [{ constructor: 1 }, /x-torii\.constructor: there is no such setting/],
    [{ primary: 5 }, /x-torii\.primary must be a service/],
  ])('%j is refused with its path', (torii, said) => {
    expect(() => of(torii)).toThrow(said)
  })
})

describe('a probe path is a path', () => {
  test.each(['/', '/health', '/a/b?c=d&e=%2F', '/a.b/..c', '/%41'])('%s passes', (path) => {
    expect(probePathTrouble(path)).toBeNull()
  })

  test.each([
    '',
    'health',
    'http://x/',
    '//evil',
    '/a//b',
    '/\\evil',
    '/a\tb',
    '/a b',
    '/../x',
    '/a/..',
    '/%2e%2E/x',
    '/.%2e/x',
    '/a%2f..%2fb',
    '/./x',
    '/a\u0000',
    '/é',
    '/a#b',
    `/${'a'.repeat(2000)}`,
  ])('%j does not', (path) => {
    expect(probePathTrouble(path)).not.toBeNull()
  })
})
