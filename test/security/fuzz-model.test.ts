import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { profiles } from '../../src/deploy/consent.ts'
import { DeployError } from '../../src/deploy/failure.ts'
import { isOurs, referenceTrouble } from '../../src/extension/image-reference.ts'
import { parseModel, stringifyModel } from '../../src/extension/model-text.ts'
import { parseComposeFile } from '../../src/extension/parse-compose.ts'
import { ownDecision } from '../../src/extension/policy/decide.ts'
import { isSet } from '../../src/extension/policy/rule.ts'
import { rows } from '../../src/extension/policy/table.ts'
import { probePathTrouble } from '../../src/extension/probe-path.ts'
import { resolveExtension } from '../../src/extension/resolve.ts'
import { rewriteExtension } from '../../src/extension/rewrite.ts'
import { anInput, aSource, plainWorld, project, ref } from '../unit/extension/makers.ts'
import { seedOf } from './seed.ts'

const seed = seedOf('model')
const odd = fc.constantFrom(
  '__proto__',
  'constructor',
  'host',
  'true',
  '-1',
  '/etc',
  '../x',
  '$$x',
  '$' + '{X}',
  '0',
  '',
  'service:web',
  'container:x',
  '\u0000',
  '🙂',
  'x'.repeat(5000),
)
const text = fc.oneof(odd, fc.string({ maxLength: 12 }))
const number = fc.oneof(fc.integer({ min: -5, max: 70_000 }), fc.constantFrom('8080', '8000-8100', '-1', 'x'))
const texts = fc.array(text, { maxLength: 3 })
const texted = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null)), { maxKeys: 3 })
const flag = fc.oneof(fc.boolean(), fc.constantFrom('true', 'false', null))
const some = (parts: Record<string, fc.Arbitrary<unknown>>) => fc.record(parts, { requiredKeys: [] })
const time = fc.constantFrom('5s', '-5s', '0s', '1ms', '1m30s', 'x', '')

/** Values as Compose writes them once it has resolved a file, each of any content. */
const options: Record<string, fc.Arbitrary<unknown>> = {
  ...Object.fromEntries(
    'network_mode pid ipc uts cgroup userns_mode restart user hostname platform pull_policy container_name working_dir runtime stop_grace_period cgroup_parent mac_address'
      .split(' ')
      .map((name) => [name, fc.option(text)]),
  ),
  ...Object.fromEntries('privileged read_only tty init stdin_open oom_kill_disable use_api_socket'.split(' ').map((name) => [name, flag])),
  ...Object.fromEntries(
    'cap_add cap_drop security_opt dns command entrypoint group_add tmpfs external_links links volumes_from expose profiles'
      .split(' ')
      .map((name) => [name, fc.option(texts)]),
  ),
  ...Object.fromEntries('environment labels sysctls extra_hosts annotations'.split(' ').map((name) => [name, fc.option(texted)])),
  ...Object.fromEntries('pids_limit scale oom_score_adj cpus mem_limit shm_size'.split(' ').map((name) => [name, number])),
  ports: fc.array(some({ target: number, published: number, protocol: text, host_ip: text, mode: text }), { maxLength: 3 }),
  volumes: fc.array(
    some({
      type: fc.oneof(fc.constantFrom('bind', 'volume', 'tmpfs', 'npipe', 'image', 'cluster'), text),
      source: fc.oneof(fc.constantFrom('/etc', '/srv/app/x', '/var/run/docker.sock', 'data'), text),
      target: fc.oneof(fc.constantFrom('/x', 'x'), text),
      read_only: flag,
      bind: fc.option(some({ propagation: text, create_host_path: flag, selinux: text })),
      volume: fc.option(texted),
    }),
    { maxLength: 3 },
  ),
  devices: fc.array(some({ source: text, target: text, permissions: text }), { maxLength: 2 }),
  networks: fc.dictionary(text, fc.option(some({ aliases: texts, ipv4_address: text, driver_opts: texted })), { maxKeys: 2 }),
  healthcheck: some({ test: fc.oneof(texts, text), interval: time, timeout: time, retries: number, start_period: time, disable: fc.boolean() }),
  deploy: some({
    replicas: fc.integer({ min: -1, max: 50 }),
    labels: texted,
    resources: some({ limits: some({ memory: text, cpus: text, pids: number }), reservations: some({ devices: fc.array(texted) }) }),
    restart_policy: some({ condition: text, max_attempts: fc.integer() }),
  }),
  logging: some({ driver: text, options: texted }),
  build: some({ context: fc.oneof(fc.constant('/srv/app'), text), dockerfile: text, args: texted, network: text, ssh: texts, target: text }),
  depends_on: fc.dictionary(fc.oneof(fc.constantFrom('web', 'db'), text), some({ condition: text, required: fc.boolean(), restart: fc.boolean() }), {
    maxKeys: 2,
  }),
  secrets: fc.array(some({ source: text, target: text }), { maxLength: 2 }),
  'x-torii': fc.anything({ maxDepth: 2 }).filter((value) => value !== undefined && typeof value !== 'bigint' && typeof value !== 'symbol'),
  brand_new: texted,
}
const service = fc
  .record(options, { requiredKeys: [] })
  .chain((whole) =>
    fc.subarray(Object.keys(whole), { maxLength: 5 }).map((kept) => ({ image: 'nginx:1', ...Object.fromEntries(kept.map((name) => [name, whole[name]])) })),
  )
const option = fc.constantFrom(...Object.entries(options)).chain(([name, value]) => value.map((given) => ({ [name]: given })))
const model = fc.record({
  services: fc.dictionary(fc.oneof(fc.constantFrom('web', 'db', '__proto__', 'constructor', 'toString'), fc.string({ minLength: 1, maxLength: 8 })), service, {
    minKeys: 1,
    maxKeys: 3,
  }),
  networks: fc.option(
    fc.dictionary(text, some({ name: text, driver: text, external: flag, internal: flag, driver_opts: texted, ipam: texted }), { maxKeys: 2 }),
    { nil: undefined },
  ),
  volumes: fc.option(fc.dictionary(text, fc.option(some({ name: text, driver: text, external: flag, driver_opts: texted })), { maxKeys: 2 }), {
    nil: undefined,
  }),
  secrets: fc.option(fc.dictionary(text, some({ name: text, file: text, content: text, environment: text, external: flag }), { maxKeys: 2 }), {
    nil: undefined,
  }),
})

const isOn = (given: unknown) => isSet(given) && given !== 'false'

/** What a judge of anything may do: answer, or refuse with a sentence. */
async function verdictOf(judge: () => unknown): Promise<'accepted' | 'refused'> {
  try {
    await judge()
    return 'accepted'
  } catch (error) {
    if (error instanceof DeployError && error.trouble.reason !== 'internal') return 'refused'
    throw error
  }
}

describe('a model that no Compose would write', () => {
  test('is judged and rewritten, or refused with a sentence; what comes out obeys the policy and has our labels', async () => {
    const verdicts = { accepted: 0, refused: 0 }

    await fc.assert(
      fc.asyncProperty(model, async (made) => {
        const yaml = stringifyModel({ name: project, ...made } as Parameters<typeof stringifyModel>[0])
        const verdict = await verdictOf(async () => {
          const { resolved } = await resolveExtension(aSource(), ref, { config: async () => ({ yaml, warnings: [] }) }, plainWorld)
          const { model: text } = rewriteExtension(anInput(resolved), plainWorld)
          for (const each of Object.values(parseModel(text).services ?? {})) {
            expect(each.image).toMatch(/^sha256:[a-f0-9]{64}$/)
            for (const name of ['pid', 'ipc', 'uts', 'network_mode'])
              expect(JSON.stringify((each as Record<string, unknown>)[name] ?? '')).not.toMatch(/^"(host"|container:)/)
            expect(each.labels).toMatchObject({ 'torii.deployment': ref.deployment })
            expect(
              Object.keys(each).filter(
                (option) => ['privileged', 'devices', 'container_name', 'ports'].includes(option) && isOn((each as Record<string, unknown>)[option]),
              ),
            ).toEqual([])
          }
        })
        verdicts[verdict] += 1
      }),
      { numRuns: 1500, seed },
    )

    expect(verdicts.accepted).toBeGreaterThan(20)
    expect(verdicts.refused).toBeGreaterThan(500)
  })

  test('each option alone, with any value in its place', async () => {
    await fc.assert(
      fc.asyncProperty(option, async (only) => {
        const yaml = stringifyModel({ services: { web: { image: 'nginx:1', ...only } } } as Parameters<typeof stringifyModel>[0])
        await verdictOf(async () =>
          rewriteExtension(
            anInput((await resolveExtension(aSource(), ref, { config: async () => ({ yaml, warnings: [] }) }, plainWorld)).resolved),
            plainWorld,
          ),
        )
      }),
      { numRuns: 1500, seed },
    )
  })
})

test('any text as a Compose file is parsed or refused with its place', async () => {
  const words = fc.constantFrom(
    'services:',
    'web:',
    'image: a',
    '- ',
    '  ',
    '\n',
    '&a ',
    '*a',
    '<<: *a',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '---',
    '...',
    '#',
    '!!map',
    '!<x>',
    ': ',
    '? ',
    '\t',
    '%YAML 1.1\n',
    '@',
    '`',
    '\u0000',
  )
  const text = fc.oneof(
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )

  await fc.assert(
    fc.asyncProperty(text, async (given) => void (await verdictOf(() => parseComposeFile(given, 'compose.yaml')))),
    { numRuns: 3000, seed },
  )
})

describe('image references', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,5})?$/)
  const label = fc.stringMatching(/^[a-z0-9]{1,8}(-[a-z0-9]{1,5})?$/)
  const host = fc.oneof(
    fc.constant(''),
    label.map((name) => `${name}.test/`),
    fc.tuple(label, fc.integer({ min: 1, max: 65_535 })).map(([name, port]) => `${name}:${port}/`),
  )
  const tag = fc.oneof(fc.constant(''), fc.stringMatching(/^:[A-Za-z0-9_][\w.-]{0,20}$/))
  const digest = fc.oneof(fc.constant(''), fc.stringMatching(/^@sha256:[a-f0-9]{64}$/))
  const good = fc
    .tuple(host, fc.array(word, { minLength: 1, maxLength: 3 }), tag, digest)
    .map(([at, path, tagged, pinned]) => `${at}${path.join('/')}${tagged}${pinned}`)

  test('what the grammar makes passes', () => {
    fc.assert(
      fc.property(good, (text) => referenceTrouble(text) === null),
      { numRuns: 1000, seed },
    )
  })

  test('what passes is no option, no path, no address with a scheme and nothing for a shell', () => {
    const broken = fc
      .tuple(good, fc.nat(80), fc.oneof(odd, fc.constantFrom(' ', '\n', '-', '--', ';', '$', '`', '|', '&', '..', '//', '://', '@', '\\', '\u0000')))
      .map(([text, at, part]) => text.slice(0, at) + part + text.slice(at))

    fc.assert(
      fc.property(fc.oneof(broken, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ maxLength: 60 })), (text) => {
        if (referenceTrouble(text) === null) expect(text).toMatch(/^(?!-)(?!.*\.\.\/)(?!.*:\/\/)(?!.*\/\/)[A-Za-z0-9.:/@_[\]-]+$/)
      }),
      { numRuns: 3000, seed },
    )
  })

  test('another deployment’s build is known in every name it has', () => {
    fc.assert(
      fc.property(word, tag, fc.constantFrom('', 'library/', 'docker.io/', 'index.docker.io/', 'docker.io/library/'), (name, tagged, at) =>
        isOurs(`${at}torii/${name}${tagged}`),
      ),
      { numRuns: 300, seed },
    )
  })
})

test('a probe path that passes stays on the host and below the prefix, whoever parses it', () => {
  const parts = fc.constantFrom(
    '/',
    '//',
    '\\',
    '.',
    '..',
    '%2e',
    '%2E%2e',
    '%2f',
    '%5c',
    '@',
    ':',
    '?',
    '#',
    'evil.test',
    '\t',
    '\n',
    ' ',
    'a',
    ';',
    '%00',
    '\u0000',
    'http:',
  )

  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (made) => {
      const path = `/${made.join('')}`
      if (probePathTrouble(path) !== null) return
      const url = new URL(`https://torii.test:8443/runtime/apps/x${path}`)
      expect([url.host, url.pathname.startsWith('/runtime/apps/x/') || url.pathname === '/runtime/apps/x', url.href.endsWith(path)]).toEqual([
        'torii.test:8443',
        true,
        true,
      ])
    }),
    { numRuns: 3000, seed },
  )
})

test('every row of the policy says what, why and what instead', () => {
  for (const row of rows()) {
    const { name, reason, safer } = row
    const decisions = profiles.map((profile) => ownDecision(row, profile))
    expect([name, /^[a-z][\w]*$/.test(name), decisions.every((each) => ['allow', 'warn', 'rewrite', 'ask', 'deny', 'invalid'].includes(each))]).toEqual([
      name,
      true,
      true,
    ])
    expect(reason.length, name).toBeGreaterThan(10)
    expect(safer, name).toMatch(/\.$/)
  }
})
