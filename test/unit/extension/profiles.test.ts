import { describe, expect, test } from 'vitest'
import { type Decision, type Profile, profiles, type Stance } from '../../../src/deploy/consent.ts'
import type { DeployError } from '../../../src/deploy/failure.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { decisionOf, mayBeAllowed, ownDecision } from '../../../src/extension/policy/decide.ts'
import { parseOperatorPolicy } from '../../../src/extension/policy/operator-file.ts'
import { howToAllow, pageOf } from '../../../src/extension/policy/page.ts'
import { enforce } from '../../../src/extension/policy/policy.ts'
import { rows, ruleNamed } from '../../../src/extension/policy/table.ts'
import { readExtension } from '../../../src/extension/read.ts'
import { rewriteExtension } from '../../../src/extension/rewrite.ts'
import { createSchemaCheck } from '../../../src/extension/schema-check.ts'
import { contextOf } from '../../../src/extension/world.ts'
import { aFolder, anInput, aSource, config, plainWorld, ref, refusalOf, resolvedOf } from './makers.ts'

const stance = (change: Partial<Stance> = {}): Stance => ({ profile: 'developer', rules: {}, runtimes: [], allowed: [], ...change })

/** What a deploy of this service would be told or refused with. */
function judged(service: object, change: Partial<Stance> = {}): Promise<string> | string[] {
  const model = parseModel(resolvedOf({ web: { image: 'nginx:1', ...service } }))
  const context = contextOf(model, aSource({ policy: stance(change) }), ref, plainWorld)
  try {
    return enforce(model, context)
  } catch {
    return refusalOf(() => enforce(model, context))
  }
}

/** Every row whose decision depends on the profile, or is no plain refusal: the rest is denied in both. */
const table: Record<string, [strict: Decision, developer: Decision]> = {
  writable_bind: ['ask', 'allow'],
  build: ['deny', 'allow'],
  new_privileges: ['ask', 'allow'],
  untagged_image: ['warn', 'warn'],
  root_user: ['warn', 'warn'],
  ...Object.fromEntries(
    [
      ...['many_containers', 'joined_namespace', 'strong_capability', 'other_sysctl', 'known_devices', 'reserved_devices', 'many_replicas'],
      ...['many_processes', 'large_memory_files', 'shared_limits', 'gpus'],
    ].map((rule) => [rule, ['ask', 'ask'] as [Decision, Decision]]),
  ),
  ...Object.fromEntries(
    [
      ...['shared_bridge', 'short_interval', 'develop', 'build_ignored_option', 'host_port', 'low_host_port', 'foreign_label', 'container_name'],
      ...['static_address', 'network_name', 'volume_name'],
    ].map((rule) => [rule, ['rewrite', 'rewrite'] as [Decision, Decision]]),
  ),
  ...Object.fromEntries(
    ['mount_target', 'image_reference', 'negative_duration', 'replicated_host_port'].map((rule) => [rule, ['invalid', 'invalid'] as [Decision, Decision]]),
  ),
}

describe('the profiles', () => {
  test('decide row by row: what no word is said of is denied in both', () => {
    const told = Object.fromEntries(rows().map((row) => [row.name, profiles.map((profile) => ownDecision(row, profile))]))

    const expected = Object.fromEntries(Object.keys(told).map((rule) => [rule, table[rule] ?? ['deny', 'deny']]))
    expect(told).toEqual(expected)
    expect(Object.keys(table).filter((rule) => ruleNamed(rule) === undefined)).toEqual([])
  })

  test('strict is never milder than developer', () => {
    const order: Decision[] = ['allow', 'warn', 'rewrite', 'ask', 'deny', 'invalid']

    for (const row of rows()) expect(order.indexOf(ownDecision(row, 'strict')), row.name).toBeGreaterThanOrEqual(order.indexOf(ownDecision(row, 'developer')))
  })

  test.each<[string, object, Profile, RegExp]>([
    ['a build', { build: { context: '/srv/app' } }, 'strict', /^policy_denied: web .*build: a build runs what the Dockerfile says/],
    [
      'a writable bind',
      { volumes: [{ type: 'bind', source: '/srv/app/x', target: '/x' }] },
      'strict',
      /^policy_denied: web asks for what needs an operator’s consent: .*\/srv\/app\/x: /,
    ],
    ['what only strict would refuse', { security_opt: ['no-new-privileges:false'] }, 'strict', /^policy_denied: web asks for what needs an operator’s consent/],
    ['the engine’s socket', { volumes: [{ type: 'bind', source: '/var/run/docker.sock', target: '/x' }] }, 'developer', /^policy_denied: /],
    ['a privileged container', { privileged: true }, 'developer', /^policy_denied: /],
  ])('%s is refused by %3$s', async (_, service, profile, sentence) => {
    expect(await judged(service, { profile })).toMatch(sentence)
  })

  test('developer says what strict would refuse', () => {
    expect(judged({ build: { context: '/srv/app' } })).toEqual([
      'web: build: allowed here, though the strict profile denies it (build): a build runs what the Dockerfile says on this host, with the network.',
    ])
    expect(judged({ volumes: [{ type: 'bind', source: '/srv/app/x', target: '/x' }] })).toEqual([
      expect.stringMatching(/^web: volumes: \/srv\/app\/x: allowed here, though the strict profile asks an operator first \(writable_bind\)/),
    ])
  })

  test('a moving tag and root are allowed and said, once', () => {
    expect(judged({ image: 'nginx', user: 'root' })).toEqual([
      expect.stringMatching(/^web: image: nginx: without a tag/),
      expect.stringMatching(/^web: user: root: it runs as root/),
    ])
    expect(judged({ image: 'nginx:latest', user: '0:0' })).toHaveLength(2)
    expect(judged({ image: `nginx@sha256:${'a'.repeat(64)}`, user: '1000' })).toEqual([])
  })
})

describe('what is allowed', () => {
  test.each<[string, Profile, boolean]>([
    ['strong_capability', 'strict', true],
    ['strong_capability', 'developer', true],
    ['host_port', 'strict', true],
    ['privileged', 'strict', false],
    ['privileged', 'developer', true],
    ['engine_socket', 'developer', true],
    ['build', 'strict', false],
    ['foreign_label', 'developer', false],
    ['container_name', 'developer', false],
    ['unpinned_image', 'developer', false],
    ['external_volume', 'developer', false],
    ['mount_target', 'developer', false],
  ])('%s by a caller in %s: %s', (rule, profile, expected) => {
    const row = ruleNamed(rule)

    expect(row && mayBeAllowed(row, stance({ profile }))).toBe(expected)
  })

  test('is let through and said', () => {
    expect(judged({ privileged: true }, { allowed: ['privileged'] })).toEqual([
      'web: privileged: true: allowed for this deploy (privileged), although a privileged container owns the host.',
    ])
  })

  test('never goes against a no in the operator’s own file', () => {
    const row = ruleNamed('privileged')

    expect(row && mayBeAllowed(row, stance({ rules: { privileged: 'deny' } }))).toBe(false)
  })

  test('the file goes over the profile', async () => {
    expect(judged({ cap_add: ['NET_ADMIN'] }, { rules: { strong_capability: 'allow' } })).toEqual([])
    expect(await judged({ image: 'nginx' }, { rules: { untagged_image: 'deny' } })).toMatch(/^policy_denied: web .*image: nginx/)
    expect(await judged({ container_name: 'x' }, { rules: { container_name: 'deny' } })).toMatch(/^policy_denied: web .*container_name: x/)
    expect(await judged({ runtime: 'nvidia' })).toMatch(/^policy_denied: web .*runtime: nvidia/)
    expect(judged({ runtime: 'nvidia' }, { runtimes: ['nvidia'] })).toEqual([])
  })

  test.each<[string, object]>([
    ['host_port', { target: 80, published: '8080', host_ip: '127.0.0.1' }],
    ['low_host_port', { target: 80, published: '80' }],
  ])('a port of the host is published where the operator’s file allows %s, and that is said', (rule, port) => {
    const published = (rules: Stance['rules']) => {
      const policy = stance({ profile: 'strict', rules })
      const services = { web: { image: 'nginx:1', ports: [port] } }
      const { model, plan, notices } = rewriteExtension(anInput(resolvedOf(services), { source: aSource({ policy }) }), plainWorld)
      return { ports: parseModel(model).services?.['web']?.ports, planned: plan.hostPorts, said: notices.filter((text) => text.includes('past the proxy')) }
    }

    expect(published({ [rule]: 'allow' })).toMatchObject({ ports: [port], planned: [expect.any(String)], said: [expect.stringMatching(/^web: its port 80 /)] })
    expect(published({})).toEqual({ ports: undefined, planned: undefined, said: [] })
  })

  test('what is said of several services alike is said once', () => {
    const model = parseModel(
      resolvedOf({ a: { build: { context: '/srv/app' } }, b: { build: { context: '/srv/app' } }, c: { build: { context: '/srv/app' } } }),
    )

    expect(enforce(model, contextOf(model, aSource({ policy: stance() }), ref, plainWorld))).toEqual([
      expect.stringMatching(/^a, b and c: build: allowed here, though the strict profile denies it \(build\)/),
    ])
  })

  test('--allow of what cannot be allowed so is refused with what can', async () => {
    const fix = (rules: Stance['rules'], profile: Profile = 'strict') => {
      const model = parseModel(resolvedOf({ web: { image: 'nginx:1', privileged: true } }))
      const context = { ...contextOf(model, aSource({ policy: stance({ profile, rules }) }), ref, plainWorld), named: ['privileged'] }
      try {
        return String(enforce(model, context))
      } catch (error) {
        return (error as DeployError).trouble.fix
      }
    }

    expect(fix({})).toMatch(/`--allow privileged` has no effect on what the strict profile denies: `rules: \{privileged: allow\}` in the file/)
    expect(fix({ privileged: 'deny' }, 'developer')).toMatch(/`--allow privileged` has no effect: the operator’s own file \(TORII_POLICY\) denies it/)
  })

  test('nothing is asked of an upload that could not be written anyway', () => {
    const upload = { id: 'a'.repeat(32), sha256: 'b'.repeat(64), bytes: 1, entries: 1 }
    const model = parseModel(resolvedOf({ web: { image: 'nginx:1', volumes: [{ type: 'bind', source: '/srv/app/x', target: '/x' }] } }))

    expect(enforce(model, contextOf(model, aSource({ upload, policy: stance({ profile: 'strict' }) }), ref, plainWorld))).toEqual([])
  })

  test('nobody’s word makes a host port of two containers one', async () => {
    const service = { scale: 2, ports: [{ target: 80, published: '8080' }] }

    expect(await judged(service, { allowed: ['host_port'] })).toMatch(/^compose_invalid: .*only one container can have a port of the host/)
  })
})

const upload = { id: '0'.repeat(32), sha256: 'f'.repeat(64), bytes: 2048, entries: 2 }

describe('a claim of the extension', () => {
  test.each(['low', 'none', 'trusted', 'privileged', 0])('risk_tier %j permits nothing', async (tier) => {
    const folder = aFolder({
      'compose.yaml': 'services: {web: {image: "a:1", privileged: true}}\n',
      'kamiwaza.json': JSON.stringify({ risk_tier: tier, policy: 'developer', allow: ['privileged'], consent: { rules: ['privileged'] } }),
    })
    const { source } = await readExtension({ path: folder, upload }, config, createSchemaCheck())
    const model = parseModel(resolvedOf({ web: { image: 'a:1', privileged: true, 'x-torii': { allow: ['privileged'] } } }))

    expect(source.policy).toEqual({ profile: 'strict', rules: {}, runtimes: [], allowed: [] })
    expect(await refusalOf(() => enforce(model, contextOf(model, source, ref, plainWorld)))).toMatch(/^policy_denied: web .*privileged: true/)
  })
})

describe('which profile', () => {
  const profileOf = async (uploaded: boolean, file?: string) => {
    const folder = aFolder({ 'compose.yaml': 'services: {web: {image: "a:1"}}\n' })
    const operator = file === undefined ? undefined : parseOperatorPolicy(file, '/p')
    const { source } = await readExtension({ path: folder, upload: uploaded ? upload : undefined }, config, createSchemaCheck(), operator)
    return source.policy?.profile
  }

  test('developer for a folder of this machine, strict for an upload whatever the operator extends', async () => {
    expect(await profileOf(false)).toBe('developer')
    expect(await profileOf(true)).toBe('strict')
    expect(await profileOf(false, 'extends: strict')).toBe('strict')
    expect(await profileOf(true, 'extends: developer')).toBe('strict')
  })
})

describe('the page of a rule', () => {
  test.each(rows().map((row) => [row.name, row] as const))('%s says why, what each profile decides, the safer way and how to allow it', (_, row) => {
    const page = pageOf(row)

    for (const part of [row.reason.slice(1), '- strict: ', '- developer: ', row.safer, howToAllow(row)]) expect(page).toContain(part)
    if (row.never !== undefined) expect(howToAllow(row)).toMatch(/^Nobody can: /)
  })

  test('names what happened to others', () => {
    const row = ruleNamed('engine_socket')

    expect(row && pageOf(row)).toContain('CVE-2024-41110')
  })

  test.each(['host-ports', 'HOST_PORT', 'host_port', ' host_ports '])('%j is host_port', (word) => {
    expect(ruleNamed(word)?.name).toBe('host_port')
  })

  test.each(['', 'constructor', '__proto__', 'nothing'])('%j is none', (word) => {
    expect(ruleNamed(word)).toBeUndefined()
  })
})

test('a decision that was allowed is allow, whatever the rest says', () => {
  for (const row of rows()) expect(decisionOf(row, stance({ allowed: [row.name] }))).toBe('allow')
})
