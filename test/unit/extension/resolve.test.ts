import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import { createExtensions } from '../../../src/extension/extensions.ts'
import { type Compose, resolveExtension } from '../../../src/extension/resolve.ts'
import { removeFiles, writeFiles } from '../../../src/extension/write-files.ts'
import { aFolder, aSource, config, plainWorld, project, ref, refusalOf, resolvedOf, settings } from './makers.ts'

const answering = (yaml: string, warnings: string[] = []): Compose => ({ config: async () => ({ yaml, warnings }) })
const failing = (error: Error): Compose => ({ config: () => Promise.reject(error) })
const web = { image: 'nginx:1' }

describe('resolving', () => {
  test('asks Compose with our project and tells its warnings', async () => {
    const asked: unknown[] = []
    const compose: Compose = {
      config: async (input) => {
        asked.push(input)
        return { yaml: resolvedOf({ web }), warnings: ['The "X" variable is not set\u001b[0m'] }
      },
    }

    const { resolved, notices } = await resolveExtension(aSource({ env: { A: '1' }, profiles: ['p'] }), ref, compose, plainWorld)

    expect(asked).toEqual([{ folder: '/srv/app', file: '/srv/app/compose.yaml', project, env: { A: '1' }, profiles: ['p'] }])
    expect(resolved).toBe(resolvedOf({ web }))
    expect(notices).toHaveLength(1)
    expect(notices[0]).not.toContain('\u001b')
  })

  test('templates of env_defaults that are known by now are expanded, a user’s own value is not', async () => {
    let env: Record<string, string> = {}
    const compose: Compose = {
      config: async (input) => {
        env = input.env
        return { yaml: resolvedOf({ web }), warnings: [] }
      },
    }
    const metadata = { env_defaults: { BASE: '{app_access_path}/x', PORT: '{app_port}', MINE: '{app_name}' } }

    await resolveExtension(aSource({ metadata, env: { BASE: '{app_access_path}/x', PORT: '{app_port}', MINE: 'set {app_name}' } }), ref, compose, plainWorld)

    expect({ ...env }).toEqual({ BASE: `/runtime/apps/${ref.deployment}/x`, PORT: '{app_port}', MINE: 'set {app_name}' })
  })

  test.each<[string, Compose, Parameters<typeof aSource>[0], RegExp]>([
    [
      'Compose’s own error, cleaned and without secrets',
      failing(new Error('bad \u001b[31mvalue hunter2\u0007')),
      { env: { DB_PASSWORD: 'hunter2' } },
      /^compose_invalid: [ -~]*bad [ -~]*value <DB_PASSWORD>[ -~]*\.$/,
    ],
    ['Compose’s error as a DeployError', failing(new DeployError('compose_invalid', 'line 6: nonsense')), {}, /^compose_invalid: .*line 6: nonsense\.$/],
    ['an engine that is away', failing(new DeployError('engine_unreachable', 'gone')), {}, /^engine_unreachable/],
    ['no service left', answering('services: {}\n'), {}, /^compose_invalid: .*no service is enabled/],
    ['nonsense', answering('- a\n'), {}, /^compose_invalid: .*not a mapping/],
    ['too much', answering(`x: "${'a'.repeat(5_000_000)}"`), {}, /larger than 4 MiB/],
    ['something denied', answering(resolvedOf({ web: { ...web, network_mode: 'host' } })), {}, /^policy_denied: web asks/],
    [
      'two primaries',
      answering(resolvedOf({ a: { ...web, 'x-torii': { primary: true } }, b: { ...web, 'x-torii': { primary: 'true' } } })),
      {},
      /a and b are both marked as primary/,
    ],
    ['a primary that is not there', answering(resolvedOf({ web })), { settings: { ...settings, primary: 'gone' } }, /names "gone", which is no service/],
    ['a bad port', answering(resolvedOf({ web: { ...web, 'x-torii': { port: 'x' } } })), {}, /services\.web\.x-torii\.port must be a port/],
    [
      'an unknown setting of a service',
      answering(resolvedOf({ web: { ...web, 'x-torii': { prot: 1 } } })),
      {},
      /services\.web\.x-torii\.prot: there is no such setting/,
    ],
    [
      'a secret without its variable',
      answering(resolvedOf({ web: { ...web, secrets: [{ source: 's' }] } }, { secrets: { s: { environment: 'TOKEN' } } })),
      {},
      /secrets\.s reads the variable TOKEN, which is not set/,
    ],
    ['a bad image', answering(resolvedOf({ web: { image: 'a b' } })), {}, /^compose_invalid: .*services\.web\.image: a b/],
  ])('refuses %s', async (_, compose, source, said) => {
    expect(await refusalOf(() => resolveExtension(aSource(source), ref, compose, plainWorld))).toMatch(said)
  })

  test('a live folder is said', async () => {
    const service = { ...web, volumes: [{ type: 'bind', source: '/srv/app/data', target: '/d' }] }

    const { notices } = await resolveExtension(aSource(), ref, answering(resolvedOf({ web: service })), plainWorld)

    expect(notices).toContainEqual(expect.stringContaining('the strict profile asks an operator first (writable_bind)'))
    expect(notices).toContainEqual(expect.stringContaining('web: /d is the live folder ./data'))
  })
})

describe('the folder as a whole', () => {
  const room = (folder: string) => createExtensions({ config: { ...config, home: join(folder, '.home') }, instance: 'i', compose: answering('') })

  test('values: --env over env_defaults over .env, without what steers Compose', async () => {
    const folder = aFolder({
      'compose.yml': 'services:\n  b: {image: b}\n  a: {image: a}\n',
      'docker-compose.yml': 'services: {}\n',
      'compose.override.yml': '',
      '.env': 'A=dotenv\nB=dotenv\nC=dotenv\nCOMPOSE_FILE=x\n',
      'kamiwaza.json': '{"name": "Tool X", "kind": "app", "env_defaults": {"B": "default", "C": "default", "N": 5}}',
    })

    const { source, notices } = await room(folder).read({ path: folder, env: { C: 'asked', DOCKER_HOST: 'x' } })

    expect({ ...source, env: { ...source.env } }).toMatchObject({
      folder,
      composeFile: join(folder, 'compose.yml'),
      order: ['b', 'a'],
      name: 'tool-x',
      kind: 'tool',
      env: { A: 'dotenv', B: 'default', C: 'asked', N: '5' },
      port: null,
      profiles: [],
    })
    expect(source.env).not.toHaveProperty('DOCKER_HOST')
    expect(notices).toEqual([
      'docker-compose.yml is ignored: compose.yml comes first.',
      expect.stringContaining('compose.override.yml is ignored'),
      expect.stringContaining('The deployment is called "tool-x"'),
      expect.stringContaining('kamiwaza.json says "app"'),
      expect.stringContaining('DOCKER_HOST is ignored'),
    ])
  })

  test('a file instead of a folder', async () => {
    const folder = aFolder({ 'other.yaml': 'services: {a: {image: a}}\n' })

    expect((await room(folder).read({ path: join(folder, 'other.yaml'), name: 'x' })).source).toMatchObject({ folder, composeFile: join(folder, 'other.yaml') })
  })

  test('merge keys, x-* and yes are fine', async () => {
    const folder = aFolder({
      'compose.yaml': 'x-base: &base {image: a, environment: {A: yes}}\nservices:\n  a:\n    <<: *base\n    x-note: hi\n  b: {<<: [*base], tty: true}\n',
    })

    expect((await room(folder).read({ path: folder, name: 'x' })).source.order).toEqual(['a', 'b'])
  })

  test('a service called __proto__ is a service', async () => {
    const folder = aFolder({ 'compose.yaml': 'services:\n  __proto__: {image: a, privleged: true}\n' })

    expect(await refusalOf(() => room(folder).read({ path: folder, name: 'x' }))).toMatch(/unknown key "privleged" in services\.__proto__/)
  })

  test('subnet sizes are asked of what will run', () => {
    const extensions = room('/srv/app')

    expect(
      extensions.subnetSizes(
        resolvedOf({ a: { ...web, network_mode: 'bridge' }, b: { ...web, network_mode: 'none' }, c: { ...web, scale: 0, networks: { x: null } } }),
      ),
    ).toEqual([27])
  })
})

describe('files of a revision', () => {
  test('0444 in a 0700 folder, twice without trouble, and gone with the revision', async () => {
    const home = aFolder()
    const files = [
      { path: 'secret-a', content: 'ä' },
      { path: 'config-b', content: 'AP8=', encoding: 'base64' as const },
    ]

    await writeFiles({ home }, ref, files)
    await writeFiles({ home }, ref, files)

    const folder = join(home, 'revisions', project, 'files')
    expect(readdirSync(folder)).toEqual(['config-b', 'secret-a'])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, 'secret-a')).mode & 0o777).toBe(0o444)
    expect(readFileSync(join(folder, 'secret-a'), 'utf8')).toBe('ä')
    expect([...readFileSync(join(folder, 'config-b'))]).toEqual([0, 255])

    await removeFiles({ home }, ref)
    await removeFiles({ home }, ref)
    expect(readdirSync(join(home, 'revisions'))).toEqual([])
  })

  test('a name that leads elsewhere is refused', async () => {
    await expect(writeFiles({ home: aFolder() }, ref, [{ path: '../x', content: '' }])).rejects.toThrow('not a plain file name')
  })
})
