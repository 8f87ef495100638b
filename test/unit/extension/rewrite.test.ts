import { describe, expect, test } from 'vitest'
import type { RewriteInput } from '../../../src/deploy/ports.ts'
import type { Service } from '../../../src/extension/model.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { rewriteExtension } from '../../../src/extension/rewrite.ts'
import { aCheck, anImage, anInput, aSource, plainWorld, project, ref, refusalOf, resolvedOf, settings } from './makers.ts'

type Services = Parameters<typeof resolvedOf>[0]

function rewrite(services: Services, patch: Parameters<typeof anInput>[1] = {}, rest: Record<string, unknown> = {}) {
  const result = rewriteExtension(anInput(resolvedOf(services, rest), patch), plainWorld)
  return { ...result, yaml: result.model, model: parseModel(result.model) }
}

const web: Service = { image: 'nginx', ports: [{ target: 80, published: '8080', protocol: 'tcp' }] }

describe('the rewritten model', () => {
  test('has the project, our labels, our subnet, the pinned image, the variables and nothing published', () => {
    const { model } = rewrite({ web: { ...web, pull_policy: 'always', platform: 'linux/amd64', profiles: ['x'], 'x-torii': { primary: true } } as Service })

    expect(JSON.parse(JSON.stringify(model))).toEqual({
      name: project,
      services: {
        web: {
          image: `sha256:${'a'.repeat(64)}`,
          environment: {
            KAMIWAZA_DEPLOYMENT_ID: ref.deployment,
            KAMIWAZA_APP_NAME: 'shop',
            KAMIWAZA_APP_PORT: '61100',
            KAMIWAZA_APP_PATH: `/runtime/apps/${ref.deployment}`,
            KAMIWAZA_APP_URL: 'https://localhost:61100',
            KAMIWAZA_ROUTING_MODE: 'port',
          },
          labels: { 'torii.instance': 'inst', 'torii.deployment': ref.deployment, 'torii.revision': '1', 'torii.service': 'web' },
          networks: { default: { ipv4_address: '10.213.0.130' } },
          security_opt: ['no-new-privileges:true'],
          cap_drop: ['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SYS_CHROOT'],
          logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
        },
      },
      networks: {
        default: {
          name: `${project}_default`,
          ipam: { config: [{ subnet: '10.213.0.0/24', ip_range: '10.213.0.0/25' }] },
          labels: { 'torii.instance': 'inst', 'torii.deployment': ref.deployment, 'torii.revision': '1' },
        },
      },
    })
  })

  test('templates are expanded in environment values only; unknown ones and the shell’s stay, and dollars stay doubled', () => {
    const environment = {
      A: '{app_name}:{app_port}{deployment_id}',
      B: '{x} $${app_port} $$HOME {app_access_path}',
      C: null,
      D: 'https://x{app_path_url}',
      KAMIWAZA_APP_PORT: '1',
      KAMIWAZA_OTHER: 'mine',
    }

    const { model, notices } = rewrite({ web: { ...web, environment, command: ['{app_port}'] } as Service })

    expect(model.services?.['web']?.environment).toMatchObject({
      A: `shop:61100${ref.deployment}`,
      B: `{x} $\${app_port} $$HOME /runtime/apps/${ref.deployment}`,
      C: null,
      D: `https://xhttps://localhost:8443/runtime/apps/${ref.deployment}`,
      KAMIWAZA_APP_PORT: '61100',
      KAMIWAZA_OTHER: 'mine',
    })
    expect(model.services?.['web']).toMatchObject({ command: ['{app_port}'] })
    expect(notices).toEqual([expect.stringContaining('web: KAMIWAZA_APP_PORT is told by Torii')])
  })

  test('path only: the common HTTPS port and mode', () => {
    const { model } = rewrite({ web }, { port: null, source: aSource({ kind: 'tool', settings: { ...settings, routing: 'path' } }) })

    expect(model.services?.['web']?.environment).toMatchObject({
      KAMIWAZA_APP_PORT: '8443',
      KAMIWAZA_ROUTING_MODE: 'path',
      KAMIWAZA_APP_PATH: `/runtime/tools/${ref.deployment}`,
    })
  })

  test('named volumes belong to the deployment, and the plan knows who writes them', () => {
    const mount = { type: 'volume', source: 'data', target: '/d' }
    const services = {
      web: { ...web, volumes: [{ ...mount, read_only: true }] },
      db: { image: 'db', volumes: [mount] },
      backup: { image: 'db', volumes_from: ['db'] },
      reader: { image: 'db', volumes_from: ['db:ro'] },
    } as Services

    const { model, plan } = rewrite(services, {}, { volumes: { data: { name: `${project}_data` } } })

    expect(model.volumes?.['data']).toEqual({ external: true, name: `torii-${ref.deployment}_data` })
    expect(plan.volumes).toEqual([{ name: 'data', engineName: `torii-${ref.deployment}_data`, writers: ['backup', 'db'] }])
  })

  test('configs and secrets of every kind become read-only files at Compose’s targets', () => {
    const service = {
      ...web,
      secrets: [{ source: 'a' }, { source: 'b', target: 'renamed' }],
      configs: [{ source: 'c' }, { source: 'd', target: '/etc/d.conf' }],
    }
    const rest = {
      secrets: { a: { environment: 'TOKEN' }, b: { file: '/srv/app/b.txt' }, unused: { environment: 'NOBODY' } },
      configs: { c: { content: 'x $${y}' }, d: { file: '/srv/app/d' } },
    }

    const { model, files } = rewrite({ web: service }, { source: aSource({ env: { TOKEN: 'pa$$ss' } }) }, rest)

    expect(files).toEqual([
      { path: 'config-c', content: 'x ${y}' },
      { path: 'config-d', content: 'content of /srv/app/d' },
      { path: 'secret-a', content: 'pa$$ss' },
      { path: 'secret-b', content: 'content of /srv/app/b.txt' },
    ])
    expect(model.services?.['web']?.volumes?.map((mount) => [mount.source, mount.target, mount.read_only])).toEqual([
      [`/srv/torii-home/revisions/${project}/files/config-c`, '/c', true],
      [`/srv/torii-home/revisions/${project}/files/config-d`, '/etc/d.conf', true],
      [`/srv/torii-home/revisions/${project}/files/secret-a`, '/run/secrets/a', true],
      [`/srv/torii-home/revisions/${project}/files/secret-b`, '/run/secrets/renamed', true],
    ])
    expect(model).not.toHaveProperty('secrets')
    expect(model.services?.['web']).not.toHaveProperty('secrets')
  })

  test('an optional dependency on what is not there is dropped', () => {
    const { model, plan } = rewrite({
      web: { ...web, depends_on: { gone: { condition: 'service_healthy', required: false }, db: { condition: 'service_started' } } },
      db: { image: 'db' },
    })

    expect(Object.keys(model.services?.['web']?.depends_on ?? {})).toEqual(['db'])
    expect(plan.services.map(({ name }) => name)).toEqual(['db', 'web'])
  })

  test('no replicas, no service', () => {
    const { model, notices, plan } = rewrite({ web: { ...web, depends_on: { off: {} } }, off: { image: 'x', scale: 0 } })

    expect(Object.keys(model.services ?? {})).toEqual(['web'])
    expect(plan.services).toHaveLength(1)
    expect(notices).toEqual(['off: it asks for 0 replicas, so it is left out.'])
  })

  test('with replicas, without networks and with another’s network there is no fixed address', () => {
    expect(rewrite({ web: { ...web, scale: 2 } }).plan.route).toEqual({ service: 'web', port: 80, address: null })
    expect(rewrite({ web: { ...web, network_mode: 'none' } }).plan.route).toEqual({ service: 'web', port: 80, address: null })
    expect(rewrite({ web: { ...web, network_mode: 'none' } }).model.networks).toEqual({})
  })

  test('the fixed address is on the default network, else on the first', () => {
    expect(rewrite({ web: { ...web, networks: { a: null, default: null } } }).plan.route?.address).toBe('10.213.1.130')
    expect(rewrite({ web: { ...web, networks: { b: null, a: null } } }).plan.route?.address).toBe('10.213.0.130')
  })

  test('an app without a routed service is rewritten all the same', () => {
    expect(rewrite({ worker: { image: 'x' } }).plan.route).toBeNull()
  })

  test('the same input gives the same text', () => {
    const input = anInput(resolvedOf({ web, db: { image: 'db' } }))

    expect(rewriteExtension(input, plainWorld).model).toBe(rewriteExtension(input, plainWorld).model)
  })

  test('strings that other parsers take for numbers, dates and booleans stay strings', () => {
    const environment = { A: '1_000', B: '0b11', C: '2001-12-14', D: 'yes', E: '~', F: '<<', G: 'a: b', H: '\u0007\n\u2028' }

    const { yaml, model } = rewrite({ web: { ...web, environment } })

    expect(model.services?.['web']?.environment).toMatchObject(environment)
    expect(yaml).toContain('"A": "1_000"')
  })
})

describe('health in the rewritten model', () => {
  const healthOf = (service: Service, patch: Parameters<typeof anInput>[1] = {}) => {
    const { model, plan } = rewrite({ web: { ...web, ...service } }, patch)
    return { written: model.services?.['web']?.healthcheck, planned: plan.services[0] }
  }

  test('timing only, never the image’s test', () => {
    const { written, planned } = healthOf({}, { image: anImage({ check: aCheck() }) })

    expect(written).toEqual({ start_period: '30s', start_interval: '100ms' })
    expect(planned).toMatchObject({ check: { test: ['CMD-SHELL', 'wget -q localhost'], startInterval: 100 }, firstProbe: { plain: 10_000, fast: 100 } })
  })

  test.each<[string, Partial<RewriteInput>]>([
    ['fast_start: false', { source: aSource({ settings: { ...settings, fastStart: false } }) }],
    ['an older engine', { startInterval: false }],
  ])('untouched with %s', (_, patch) => {
    const { written, planned } = healthOf({ healthcheck: { interval: '7s' } }, { image: anImage({ check: aCheck() }), ...patch })

    expect(written).toEqual({ interval: '7s' })
    expect(planned?.firstProbe).toEqual({ plain: 7000, fast: 7000 })
  })

  test('an older engine is not given a start interval it does not know', () => {
    expect(healthOf({ healthcheck: { test: ['CMD', 'x'], start_interval: '1s' } }, { startInterval: false }).written).toEqual({ test: ['CMD', 'x'] })
  })

  test('no check, no object', () => {
    expect(healthOf({}).written).toBeUndefined()
    expect(healthOf({ healthcheck: { disable: true } }, { image: anImage({ check: aCheck() }) })).toMatchObject({
      written: { disable: true },
      planned: { check: null, firstProbe: null },
    })
  })

  test('the interval’s floor holds for the image’s own check too', () => {
    expect(healthOf({}, { image: anImage({ check: aCheck({ interval: 100, startPeriod: 0 }) }) }).written).toEqual({
      interval: '1s',
      start_period: '1s',
      start_interval: '100ms',
    })
  })

  test('the budget is shared by all that start', () => {
    const services = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`s${i}`, { image: 'x' }]))

    expect(rewrite(services, { image: anImage({ check: aCheck() }), starting: 10 }).plan.services[0]?.check?.startInterval).toBe(1000)
  })

  test('a one-shot has no check, asked for or awaited', () => {
    const image = anImage({ check: aCheck(), exposed: [8000] })
    const { model, plan } = rewrite(
      {
        web: { ...web, depends_on: { migrate: { condition: 'service_completed_successfully' } } },
        migrate: { image: 'x' },
        job: { image: 'x', 'x-torii': { oneshot: true } },
      },
      { image },
    )

    expect(model.services?.['migrate']?.healthcheck).toEqual({ disable: true })
    expect(plan.services.find(({ name }) => name === 'migrate')).toMatchObject({ oneshot: true, check: null, awaitedBy: ['web'] })
    expect(plan.services.find(({ name }) => name === 'job')).toMatchObject({ oneshot: true, check: null, awaitedBy: [] })
  })

  test('awaited healthy without any check is refused, naming both', async () => {
    const services: Services = { web: { ...web, depends_on: { db: { condition: 'service_healthy' } } }, db: { image: 'db' } }

    expect(await refusalOf(() => rewrite(services))).toBe(
      'compose_invalid: The Compose file cannot be used: web waits for db to be healthy, but db has no health check.',
    )
    expect(rewrite(services, { image: anImage({ check: aCheck() }) }).plan.services[1]?.dependsOn).toEqual([
      { service: 'db', condition: 'service_healthy', required: true },
    ])
  })
})

describe('the routed service (reading 28)', () => {
  test.each<[string, Services, string | null, { exposed?: number[]; order?: string[] }]>([
    ['marked as primary', { web, other: { image: 'x', expose: ['1'], 'x-torii': { primary: true } } }, 'other:1', {}],
    ['frontend before web and app', { app: web, web, frontend: { image: 'x', expose: ['3000'] } }, 'frontend:3000', {}],
    ['the usual name only with a port', { web: { image: 'x' }, api: { image: 'x', expose: ['9/tcp'] } }, 'api:9', {}],
    ['the first with a port in file order', { a: { image: 'x', expose: ['1'] }, b: { image: 'x', expose: ['2'] } }, 'b:2', { order: ['b', 'a'] }],
    ['the lowest EXPOSE of the image', { a: { image: 'x' } }, 'a:80', { exposed: [80, 443] }],
    ['x-torii.port over everything', { web: { ...web, 'x-torii': { port: '9000' } } }, 'web:9000', { exposed: [80] }],
    ['never udp', { web: { image: 'x', ports: [{ target: 53, protocol: 'udp' }], expose: ['54/udp', '55'] } }, 'web:55', {}],
    ['not a one-shot', { a: { image: 'x', expose: ['1'], 'x-torii': { oneshot: true } }, b: { image: 'x', expose: ['2'] } }, 'b:2', {}],
    ['a range’s first', { web: { image: 'x', expose: ['3000-3005'] } }, 'web:3000', {}],
    ['nobody', { worker: { image: 'x' } }, null, {}],
  ])('%s', (_, services, route, { exposed = [], order = [] }) => {
    const { plan } = rewrite(services, { image: anImage({ exposed }), source: aSource({ order }) })

    expect(plan.route === null ? null : `${plan.route.service}:${plan.route.port}`).toBe(route)
  })

  test('named at the top level', () => {
    const { plan } = rewrite({ web, api: { image: 'x', expose: ['9'] } }, { source: aSource({ settings: { ...settings, primary: 'api' } }) })

    expect(plan.route).toMatchObject({ service: 'api', port: 9 })
  })
})
