import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createCompose } from '../../src/docker/compose.ts'
import { createExtensions } from '../../src/extension/extensions.ts'
import { parseModel, undollar } from '../../src/extension/model-text.ts'
import { aFolder, anImage, anInput, project, ref, refusalOf } from '../unit/extension/makers.ts'

/** Reading, resolving and rewriting with the Compose binary of this machine (or of TORII_COMPOSE). */
const home = mkdtempSync(join(tmpdir(), 'torii-resolve-'))
const config = { ...readConfig(), home }
const compose = createCompose(config)
const extensions = createExtensions({ config, instance: 'inst', compose })
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function resolved(files: Record<string, string>, env: Record<string, string> = {}, prepare: (folder: string) => void = () => {}) {
  const folder = aFolder(files)
  prepare(folder)
  const { source } = await extensions.read({ path: folder, name: 'shop', env })
  return { source, ...(await extensions.resolve(source, ref, { recorded: [] })) }
}

async function rewritten(files: Record<string, string>, env: Record<string, string> = {}) {
  const { source, resolved: model } = await resolved(files, env)
  const subnets = extensions.subnetSizes(model).map((size, i) => `10.213.${i}.0/${size}`)
  return extensions.rewrite(anInput(model, { source, image: anImage({ exposed: [8000] }), subnets }))
}

/** What Compose makes of a model that Torii wrote. */
async function readBack(model: string) {
  const folder = aFolder({ 'model.yaml': model })
  const { yaml } = await compose.config({ folder, file: join(folder, 'model.yaml'), project, env: {}, profiles: [] })
  return parseModel(yaml)
}

const service = (lines: string) => ({ 'compose.yaml': `services:\n  web:\n    image: a\n    ${lines}\n` })

describe('what Compose makes of a hostile file is refused', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['privileged: yes', service('privileged: yes'), /^policy_denied: web .*privileged/],
    ['privileged: on', service('privileged: "on"'), /^policy_denied: web .*privileged/],
    ['privileged by a variable', service('privileged: "$' + '{X:-y}"'), /^policy_denied: web .*privileged/],
    ['privileged by a merge key', { 'compose.yaml': 'x-p: &p {privileged: true}\nservices:\n  web: {image: a, <<: *p}\n' }, /^policy_denied: web .*privileged/],
    [
      'privileged by extends',
      { 'compose.yaml': 'services:\n  web: {extends: {file: b.yml, service: q}}\n', 'b.yml': 'services:\n  q: {image: a, privileged: true}\n' },
      /^policy_denied: web .*privileged/,
    ],
    [
      'privileged by include',
      { 'compose.yaml': 'include: [b.yml]\n', 'b.yml': 'services:\n  q: {image: a, privileged: true}\n' },
      /^policy_denied: q .*privileged/,
    ],
    ['privileged as __proto__', { 'compose.yaml': 'services:\n  __proto__: {image: a, privileged: true}\n' }, /^policy_denied: __proto__ .*privileged/],
    ['the host’s network by a variable', service('network_mode: "$' + '{N:-host}"'), /^policy_denied: web .*network_mode: host/],
    ['a bind by a variable', service("volumes: ['$" + "{A:-/etc}:/h']"), /^policy_denied: web .*volumes: \/etc/],
    ['a bind above', service('volumes: ["./x/../../../../../../etc:/h"]'), /^policy_denied: web .*outside/],
    ['a bind of the home', service('volumes: ["~/.ssh:/h"]'), /^policy_denied: web .*outside/],
    ['the socket, read-only', service('volumes: ["/var/run/docker.sock:/x:ro"]'), /^policy_denied: web .*owns the host/],
    [
      'a volume that binds',
      { 'compose.yaml': 'services:\n  web: {image: a, volumes: [vol:/h]}\nvolumes: {vol: {driver_opts: {type: none, o: bind, device: /etc}}}\n' },
      /^policy_denied: .*driver_opts/,
    ],
    [
      'a secret of the host',
      { 'compose.yaml': 'services:\n  web: {image: a, secrets: [k]}\nsecrets: {k: {file: /etc/shadow}}\n' },
      /^policy_denied: .*secrets\.k/,
    ],
    ['a remote build', { 'compose.yaml': 'services:\n  web: {build: "https://github.com/a/b.git"}\n' }, /^policy_denied: web .*build\.context/],
    ['a negative interval', service('healthcheck: {interval: -5s}'), /^compose_invalid: .*services\.web\.healthcheck\.interval: -5s/],
    ['a test without CMD', service('healthcheck: {test: [curl, -f, x]}'), /^compose_invalid: .*CMD-SHELL/],
    ['a variable that is asked for', service('command: "$' + '{TAG:?give a tag}"'), /^compose_invalid: .*give a tag/],
    ['a cycle', { 'compose.yaml': 'services:\n  a: {image: a, depends_on: [b]}\n  b: {image: b, depends_on: [a]}\n' }, /^compose_invalid: .*cycle/],
    ['a volume of one letter', service("volumes: ['v:/h']"), /^compose_invalid: .*v:\/h/],
  ])('%s', async (_, files, said) => {
    expect(await refusalOf(() => resolved(files))).toMatch(said)
  })
})

describe('resolving', () => {
  test('profiles stay off, an optional dependency on one is dropped, and Compose reads the result back', async () => {
    const { model, plan } = await rewritten({
      'compose.yaml':
        'services:\n  web: {image: a, depends_on: {debug: {condition: service_healthy, required: false}}}\n  debug: {image: b, profiles: [debug]}\n',
    })

    expect(plan.services.map(({ name }) => name)).toEqual(['web'])
    expect(Object.keys((await readBack(model)).services ?? {})).toEqual(['web'])
  })

  test('values reach the container as they were given, whatever is in them', async () => {
    const values = { A: 'a$b${c}$$d', B: 'quote " and \' and \\', C: 'line\nline', D: ' # spaces ', E: '{app_name}', F: '%$(id)`id`', G: 'end\\' }
    const list = Object.keys(values).join(', ')

    const { model } = await rewritten(service(`environment: [${list}]`), values)

    const environment = (await readBack(model)).services?.['web']?.environment ?? {}
    for (const [name, value] of Object.entries(values)) expect(undollar(String(environment[name]))).toBe(name === 'E' ? 'shop' : value)
  })

  test('the folder’s own .env does not steer Compose', async () => {
    const { resolved: model } = await resolved({ ...service('command: "$' + '{X}"'), '.env': 'X=1\nCOMPOSE_PROJECT_NAME=evil\nCOMPOSE_FILE=../x.yml\n' })

    expect(parseModel(model).name).toBe(project)
  })

  test('a link to another file inside is the Compose file', async () => {
    const { source } = await resolved({ 'sub/real.yaml': 'services:\n  web: {image: a, volumes: ["./data:/d"]}\n' }, {}, (folder) =>
      symlinkSync('sub/real.yaml', join(folder, 'compose.yaml')),
    )

    expect(source.order).toEqual(['web'])
  })

  test('configs, secrets, volumes, aliases, dollars and odd strings come through', async () => {
    const { model, files } = await rewritten(
      {
        'compose.yaml': [
          'services:',
          '  web:',
          '    image: nginx:1',
          '    container_name: other',
          '    ports: ["8080:80"]',
          '    command: "echo $${PORT} 1_000"',
          '    environment: {A: "1_000", B: "yes", C: "2001-12-14", D: "$$x"}',
          '    secrets: [s]',
          '    configs: [{source: c, target: /etc/c}]',
          '    volumes: [data:/d]',
          '    healthcheck: {test: "wget -q localhost:$$PORT"}',
          'volumes: {data: {}}',
          'secrets: {s: {environment: TOKEN}}',
          'configs: {c: {content: "a $${x}"}}',
          '',
        ].join('\n'),
      },
      { TOKEN: 'pa$ss' },
    )

    const web = (await readBack(model)).services?.['web']
    expect(files).toEqual([
      { path: 'config-c', content: 'a ${x}' },
      { path: 'secret-s', content: 'pa$ss' },
    ])
    expect(web?.environment).toMatchObject({ A: '1_000', B: 'yes', C: '2001-12-14', D: '$$x' })
    expect(web?.healthcheck?.test).toEqual(['CMD-SHELL', 'wget -q localhost:$$PORT'])
    expect(web?.networks?.['default']).toMatchObject({ aliases: ['other'], ipv4_address: '10.213.0.18' })
    expect(web?.ports).toBeUndefined()
    expect((await readBack(model)).volumes?.['data']).toEqual({ name: `torii-${ref.deployment}_data`, external: true })
    expect(undollar(JSON.stringify(web))).toContain('$' + '{PORT}')
  })

  test('what was rewritten is read back as the same model', async () => {
    const { model } = await rewritten({
      'compose.yaml':
        'services:\n  web: {image: a, expose: [80], labels: {a: "b: c"}}\n  db: {image: b, networks: [back], restart: always}\nnetworks: {back: {internal: true}}\n',
    })

    const again = await readBack(model)

    expect(again.networks?.['back']).toMatchObject({ internal: true, ipam: { config: [{ subnet: '10.213.0.0/27', ip_range: '10.213.0.0/28' }] } })
    expect(again.services?.['db']).toMatchObject({ restart: 'always', image: `sha256:${'a'.repeat(64)}` })
    expect(again.services?.['web']?.labels).toMatchObject({ a: 'b: c', 'torii.service': 'web' })
  })
})
