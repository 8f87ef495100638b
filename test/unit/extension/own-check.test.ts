import { describe, expect, test } from 'vitest'
import { parseModel } from '../../../src/extension/model-text.ts'
import { rewriteExtension } from '../../../src/extension/rewrite.ts'
import { serviceSettings } from '../../../src/extension/service-settings.ts'
import { aCheck, anImage, anInput, plainWorld, refusalOf, resolvedOf } from './makers.ts'

const asked = (healthcheck: unknown) => serviceSettings('web', { 'x-torii': { healthcheck } }).healthcheck
const rewrite = (service: object, patch: Parameters<typeof anInput>[1] = {}) =>
  rewriteExtension(anInput(resolvedOf({ web: { image: 'nginx', ...service } }), patch), plainWorld)
const guides = { interval: 10_000, timeout: 5000, retries: 3, startPeriod: 30_000 }

describe('x-torii.healthcheck', () => {
  test.each<[string, unknown, object | null]>([
    ['a path and a port', { http: '/health', port: 8000 }, { path: '/health', port: 8000, ...guides }],
    ['a port alone, as interpolation writes it', { tcp: '5432' }, { path: null, port: 5432, ...guides }],
    ['tcp and a port', { tcp: true, port: 5432 }, { path: null, port: 5432, ...guides }],
    ['the service’s own port', { http: '/' }, { path: '/', port: null, ...guides }],
    [
      'times of its own',
      { tcp: 1, interval: '2s', timeout: '500ms', retries: 5, start_period: '0s' },
      { path: null, port: 1, interval: 2000, timeout: 500, retries: 5, startPeriod: 0 },
    ],
    ['nothing', null, null],
  ])('may be %s', (_, given, settings) => {
    expect(asked(given)).toEqual(settings)
  })

  test.each<[unknown, RegExp]>([
    ['/health', /services\.web\.x-torii\.healthcheck must be a mapping such as/],
    [{}, /must have either http or tcp/],
    [{ http: '/', tcp: 80 }, /must have either http or tcp/],
    [{ http: '//evil' }, /healthcheck\.http must be a path/],
    [{ http: true }, /healthcheck\.http must be a path/],
    [{ tcp: 70_000 }, /must name a port between 1 and 65535/],
    [{ tcp: 80, port: 81 }, /names two ports/],
    [{ tcp: 80, every: '5s' }, /healthcheck\.every: there is no such setting/],
    [{ tcp: 80, interval: '1ms' }, /healthcheck\.interval must be a duration such as 10s or 1m30s, at least 1s/],
    [{ tcp: 80, retries: 0 }, /healthcheck\.retries must be a number/],
  ])('refuses %j', async (given, said) => {
    expect(await refusalOf(() => asked(given))).toMatch(said)
  })

  test('a service without a HEALTHCHECK gets ours: in the plan, and not in what Compose creates', () => {
    const { plan, model } = rewrite({ 'x-torii': { healthcheck: { http: '/health', port: 8000 } } })

    expect(plan.services[0]).toMatchObject({
      outside: { port: 8000, path: '/health' },
      check: { ...guides, test: ['TORII', 'GET :8000/health'] },
      firstProbe: { plain: 10_000, fast: 100 },
    })
    expect(parseModel(model).services?.['web']?.healthcheck).toBe(undefined)
  })

  test('it starts fast also where the engine could not', () => {
    const { plan } = rewrite({ 'x-torii': { healthcheck: { tcp: 80 } } }, { startInterval: false })

    expect(plan.services[0]?.firstProbe).toEqual({ plain: 10_000, fast: 100 })
  })

  test('a HEALTHCHECK of the service’s own is kept, and that is said', () => {
    const { plan, notices } = rewrite({ 'x-torii': { healthcheck: { tcp: 80 } } }, { image: anImage({ check: aCheck() }) })

    expect(plan.services[0]?.outside).toBe(undefined)
    expect(notices).toEqual([expect.stringContaining('web: x-torii.healthcheck is not used: the service has a HEALTHCHECK of its own')])
  })

  test('where the image’s own is switched off ours takes its place', () => {
    const { plan, model } = rewrite({ healthcheck: { disable: true }, 'x-torii': { healthcheck: { tcp: 80 } } }, { image: anImage({ check: aCheck() }) })

    expect(plan.services[0]?.outside).toEqual({ port: 80, path: null })
    expect(parseModel(model).services?.['web']?.healthcheck).toEqual({ disable: true })
  })

  test('what can never pass is refused: no port, no address', async () => {
    expect(await refusalOf(() => rewrite({ 'x-torii': { healthcheck: { http: '/' } } }))).toMatch(/compose_invalid: .*names no port, and the service has none/)
    expect(await refusalOf(() => rewrite({ network_mode: 'none', 'x-torii': { healthcheck: { tcp: 80 } } }))).toMatch(/with network_mode: none it has none/)
  })
})
