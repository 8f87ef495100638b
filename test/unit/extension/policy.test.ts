import { mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseModel } from '../../../src/extension/model-text.ts'
import { enforce, findings, rewritten } from '../../../src/extension/policy/policy.ts'
import { policy } from '../../../src/extension/policy/table.ts'
import { contextOf } from '../../../src/extension/world.ts'
import { aFolder, config, machine, plainWorld, project, ref, refusalOf, resolvedOf } from './makers.ts'

function judged(service: Record<string, unknown>, rest: Record<string, unknown> = {}, folder = '/srv/app') {
  const model = parseModel(resolvedOf({ web: { image: 'nginx:1', ...service }, db: { image: 'db:1' } }, rest))
  return { model, context: contextOf(model, { folder }, ref, plainWorld) }
}

function rulesOf(service: Record<string, unknown>, rest: Record<string, unknown> = {}): string[] {
  const { model, context } = judged(service, rest)
  return [...new Set(findings(model, context).map(({ rule }) => rule.name))]
}

describe('the policy refuses', () => {
  test.each<[string, Record<string, unknown>]>([
    ['privileged', { privileged: true }],
    ['privileged', { privileged: 'true' }],
    ...['network_mode', 'pid', 'ipc', 'uts', 'cgroup', 'userns_mode'].map((key): [string, Record<string, unknown>] => ['host_namespace', { [key]: 'host' }]),
    ['foreign_container', { network_mode: 'container:other' }],
    ['foreign_container', { pid: 'container:other' }],
    ['foreign_container', { network_mode: 'service:nobody' }],
    ['foreign_container', { network_mode: 'service:constructor' }],
    ['joined_namespace', { network_mode: 'service:db' }],
    ['joined_namespace', { ipc: 'service:db' }],
    ['host_namespace', { userns_mode: 'keep-id' }],
    ['foreign_network', { network_mode: 'somebodys_net' }],
    ...['pid', 'ipc', 'uts', 'cgroup'].map((key): [string, Record<string, unknown>] => ['unknown_namespace', { [key]: 'nonsense' }]),
    ['foreign_volumes_from', { volumes_from: ['container:x'] }],
    ['foreign_volumes_from', { volumes_from: ['other:ro'] }],
    ...['/var/run/docker.sock', '/run/docker.sock', '/srv/app/docker.sock', '/run/containerd/containerd.sock', '/', '/run', '/var/run'].map(
      (source): [string, Record<string, unknown>] => ['engine_socket', { volumes: [{ type: 'bind', source, target: '/x', read_only: true }] }],
    ),
    ...['/etc', '/home/me/.ssh', '/srv', '/srv/app2', '/srv/app/~/.ssh', '/srv/torii-home/token'].map((source): [string, Record<string, unknown>] => [
      'host_bind',
      { volumes: [{ type: 'bind', source, target: '/x' }] },
    ]),
    ['bind_propagation', { volumes: [{ type: 'bind', source: '/srv/app/x', target: '/x', bind: { propagation: 'rshared' } }] }],
    ['relabel', { volumes: [{ type: 'bind', source: '/srv/app/x', target: '/x', bind: { selinux: 'Z' } }] }],
    ['mount_type', { volumes: [{ type: 'npipe', source: '/x', target: '/x' }] }],
    ['mount_target', { volumes: [{ type: 'volume', target: 'v:/h' }] }],
    ['undeclared_volume', { volumes: [{ type: 'volume', source: 'others', target: '/x' }] }],
    ['dangerous_capability', { cap_add: ['SYS_ADMIN'] }],
    ['dangerous_capability', { cap_add: ['cap_sys_module'] }],
    ['dangerous_capability', { cap_add: ['ALL'] }],
    ['strong_capability', { cap_add: ['NET_ADMIN'] }],
    ['security_opt', { security_opt: ['seccomp=unconfined'] }],
    ['security_opt', { security_opt: ['label:disable'] }],
    ['kernel_sysctl', { sysctls: { 'kernel.core_pattern': '|/x' } }],
    ['kernel_sysctl', { sysctls: ['kernel/core_pattern=|/x'] }],
    ['other_sysctl', { sysctls: { 'net.ipv4.ip_forward': '1' } }],
    ['oom_score', { oom_score_adj: -500 }],
    ['reserved_devices', { deploy: { resources: { reservations: { devices: [{ capabilities: ['gpu'] }] } } } }],
    ['many_replicas', { scale: 33 }],
    ['many_replicas', { deploy: { replicas: 1000 } }],
    ['unlimited_processes', { pids_limit: -1 }],
    ['unlimited_processes', { deploy: { resources: { limits: { pids: -1 } } } }],
    ['devices', { devices: [{ source: '/dev/sda', target: '/dev/sda' }] }],
    ['devices', { devices: ['/dev/sda:/dev/sda:rwm'] }],
    ['devices', { devices: ['/dev/dri/../sda'] }],
    ['devices', { devices: ['nvidia.com/gpu=all'] }],
    ...['/dev/dri', '/dev/dri/renderD128', '/dev/net/tun', '/dev/fuse', '/dev/kvm'].map((device): [string, Record<string, unknown>] => [
      'known_devices',
      { devices: [`${device}:${device}:rwm`] },
    ]),
    ['large_memory_files', { shm_size: '9000000000' }],
    ['large_memory_files', { volumes: [{ type: 'tmpfs', target: '/t', tmpfs: { size: '9000000000' } }] }],
    ['large_memory_files', { tmpfs: ['/t:mode=755,size=9g'] }],
    ['many_processes', { pids_limit: 40_000 }],
    ['shared_limits', { ulimits: { rtprio: 99 } }],
    ['shared_limits', { ulimits: { nofile: { soft: -1, hard: -1 } } }],
    ['device_cgroup_rules', { device_cgroup_rules: ['c 1:1 rwm'] }],
    ['cgroup_parent', { cgroup_parent: '/x' }],
    ['oom_kill_disable', { oom_kill_disable: true }],
    ['use_api_socket', { use_api_socket: true }],
    ['post_start', { post_start: [{ command: 'x', privileged: true }] }],
    ['pre_stop', { pre_stop: [{ command: 'x' }] }],
    ['provider', { provider: { type: 'x' } }],
    ['models', { models: { m: {} } }],
    ['credential_spec', { credential_spec: { file: 'x' } }],
    ['annotations', { annotations: { a: 'b' } }],
    ['external_links', { external_links: ['x'] }],
    ['gpus', { gpus: [{ count: -1 }] }],
    ['runtime', { runtime: 'runc' }],
    ['extends', { extends: { service: 'x' } }],
    ['unknown_option', { brand_new: 'x' }],
    ['unknown_option', { hasOwnProperty: 'x' }],
    ['logging_driver', { logging: { driver: 'syslog' } }],
    ['image_reference', { image: '--help' }],
    ['image_reference', { image: `sha256:${'a'.repeat(64)}` }],
    ['image_of_torii', { image: 'torii/other-web:r1' }],
    ['negative_duration', { healthcheck: { interval: '-5s' } }],
    ['file_outside', { env_file: ['/etc/passwd'] }],
    ['file_outside', { env_file: [{ path: '/etc/passwd' }] }],
    ['port_range', { ports: Array.from({ length: 33 }, (_, i) => ({ target: i + 1 })) }],
    ['attachment_option', { networks: { default: { driver_opts: { a: 'b' } } } }],
    ['build_context', { build: { context: '/etc' } }],
    ['build_context', { build: { context: 'https://github.com/a/b.git' } }],
    ['build_context', { build: { context: '/srv/app', dockerfile: '../../etc/x' } }],
    ['build_network', { build: { context: '/srv/app', network: 'host' } }],
    ...['additional_contexts', 'cache_to', 'entitlements', 'privileged', 'secrets', 'ssh'].map((key): [string, Record<string, unknown>] => [
      `build_${key}`,
      { build: { context: '/srv/app', [key]: key === 'privileged' ? true : ['x'] } },
    ]),
    ['build_unknown_option', { build: { context: '/srv/app', brand_new: 'x' } }],
  ])('%s: %j', async (rule, service) => {
    const { model, context } = judged(service)

    expect(findings(model, context).map((each) => each.rule.name)).toContain(rule)
    expect(await refusalOf(() => enforce(model, context))).toMatch(/^(policy_denied|compose_invalid): /)
  })

  test.each<[string, Record<string, unknown>]>([
    ['external_network', { networks: { x: { name: 'other', external: true } } }],
    ['network_driver', { networks: { x: { driver: 'macvlan' } } }],
    ['network_options', { networks: { x: { driver_opts: { parent: 'eth0' } } } }],
    ['network_addresses', { networks: { x: { ipam: { config: [{ subnet: '10.0.0.0/24' }] } } } }],
    ['network_addresses', { networks: { x: { ipam: { driver: 'x' } } } }],
    ['external_volume', { volumes: { x: { name: 'other', external: true } } }],
    ['volume_driver', { volumes: { x: { driver: 'nfs' } } }],
    ['volume_options', { volumes: { x: { driver_opts: { type: 'none', o: 'bind', device: '/etc' } } } }],
    ['external_file', { secrets: { x: { external: true } } }],
    ['file_source_outside', { secrets: { x: { file: '/root/.ssh/id_rsa' } } }],
    ['file_source_outside', { configs: { x: { file: '/etc/shadow' } } }],
    ['file_driver', { configs: { x: { file: '/srv/app/x', template_driver: 'golang' } } }],
    ['unknown_section', { models: { m: { model: 'x' } } }],
  ])('%s at the top level', (rule, rest) => {
    expect(rulesOf({}, rest)).toContain(rule)
  })

  test('a service called __proto__ or constructor, like any other', async () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
      const model = parseModel(`services:\n  "${name}":\n    image: nginx\n    privileged: true\n`)

      expect(await refusalOf(() => enforce(model, contextOf(model, { folder: '/srv/app' }, ref, plainWorld)))).toBe(
        `policy_denied: ${name} asks for something the policy denies: privileged: true: a privileged container owns the host.`,
      )
    }
  })

  test('with the safer way as the fix, and everything else that is wrong', () => {
    const { model, context } = judged({ privileged: true, pid: 'host', volumes: [{ type: 'bind', source: '/var/run/docker.sock', target: '/x' }] })

    expect(() => enforce(model, context)).toThrow(
      /privileged: true: a privileged container owns the host\. Also: web pid: host \(it takes down the wall.*\); web volumes: \/var\/run\/docker\.sock \(whoever talks to the engine/,
    )
  })

  test('what an operator could allow says so', async () => {
    const { model, context } = judged({ cap_add: ['NET_ADMIN'] })

    expect(await refusalOf(() => enforce(model, context))).toMatch(
      /^policy_denied: web asks for what needs an operator’s consent: cap_add: NET_ADMIN: it is stronger/,
    )
  })

  test('a bind inside a folder that a container may write: there it would put a link', async () => {
    const bind = (source: string, more = {}) => ({ type: 'bind', source, target: '/x', ...more })
    const judge = (db: object[], web: object[]) => {
      const model = parseModel(resolvedOf({ web: { image: 'nginx', volumes: web }, db: { image: 'db', volumes: db } }))
      return refusalOf(() => enforce(model, contextOf(model, { folder: '/srv/app' }, ref, plainWorld)))
    }

    const sentence = /volumes: \/srv\/app\/data\/sub lies inside \/srv\/app\/data, which (web|db) may write: who writes that folder can put a link/
    expect(await judge([], [bind('/srv/app/data'), bind('/srv/app/data/sub')])).toMatch(sentence)
    expect(await judge([bind('/srv/app/data')], [bind('/srv/app/data/sub', { read_only: true })])).toMatch(sentence)
    expect(await judge([bind('/srv/app/data', { read_only: true })], [bind('/srv/app/data/sub')])).toBe('not refused')
    expect(await judge([bind('/srv/app/data')], [bind('/srv/app/data'), bind('/srv/app/data2')])).toBe('not refused')
  })

  test('more than 100 containers in all, where each service alone has few', async () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`s${at}`, { image: 'nginx', scale: 20 }]))
    const judge = (count: number) => {
      const model = parseModel(resolvedOf(many(count)))
      return refusalOf(() => enforce(model, contextOf(model, { folder: '/srv/app' }, ref, plainWorld)))
    }

    expect(await judge(5)).toBe('not refused')
    expect(await judge(6)).toMatch(/services: 120 containers: more than 100 containers of one extension/)
  })

  test('a bind that leads into such a folder by a link', () => {
    const folder = aFolder({ 'data/sub/x': '' })
    symlinkSync('data/sub', join(folder, 'link'))
    const volumes = ['data', 'link'].map((name) => ({ type: 'bind', source: join(folder, name), target: `/${name}` }))
    const model = parseModel(resolvedOf({ web: { image: 'nginx', volumes } }))

    expect(findings(model, contextOf(model, { folder }, ref, machine)).map(({ rule }) => rule.name)).toEqual(['bind_in_writable_bind'])
  })
})

describe('the policy allows', () => {
  test.each<Record<string, unknown>>([
    { privileged: false },
    { cap_add: ['NET_BIND_SERVICE', 'CHOWN'], cap_drop: ['ALL'] },
    { security_opt: ['no-new-privileges:true'] },
    { sysctls: { 'net.core.somaxconn': '1024' } },
    { network_mode: 'none' },
    {
      volumes: [
        { type: 'bind', source: '/srv/app/x', target: '/x' },
        { type: 'tmpfs', target: '/t' },
        { type: 'volume', target: '/anonymous' },
      ],
    },
    { logging: { driver: 'json-file' } },
    { deploy: { replicas: 2, resources: { limits: { memory: '1' } } } },
    { ports: [{ target: 80, protocol: 'tcp' }] },
    { 'x-torii': { primary: true }, 'x-anything': { privileged: true } },
    { env_file: ['/srv/app/.env'] },
    { command: null, entrypoint: null, gpus: null, devices: [] },
  ])('%j', (service) => {
    expect(rulesOf(service)).toEqual([])
  })
})

describe('the policy leaves out, with a notice', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['host_port', { ports: [{ target: 80, published: '8080', host_ip: '0.0.0.0', protocol: 'tcp' }] }, { ports: [{ target: 80, protocol: 'tcp' }] }],
    [
      'foreign_label',
      { labels: { 'traefik.enable': 'true', 'com.docker.compose.project': 'x', 'torii.service': 'x', 'Traefik.x': '', mine: '1' } },
      { labels: { mine: '1' } },
    ],
    ['foreign_label', { deploy: { labels: { 'traefik.enable': 'true' } } }, { deploy: { labels: {} }, labels: {} }],
    ['container_name', { container_name: 'foo' }, { networks: { default: { aliases: ['foo'] } } }],
    [
      'container_name',
      { container_name: 'foo', networks: { a: { aliases: ['x'] }, b: null } },
      { networks: { a: { aliases: ['x', 'foo'] }, b: { aliases: ['foo'] } } },
    ],
    ['container_name', { container_name: 'foo', network_mode: 'none' }, { network_mode: 'none' }],
    ['shared_bridge', { network_mode: 'bridge' }, {}],
    ['short_interval', { healthcheck: { interval: '500ms', test: ['CMD', 'x'] } }, { healthcheck: { interval: '1s', test: ['CMD', 'x'] } }],
    ['static_address', { networks: { default: { ipv4_address: '10.0.0.2', aliases: ['x'] } } }, { networks: { default: { aliases: ['x'] } } }],
    ['develop', { develop: { watch: [], x: 1 } }, {}],
    ['build_ignored_option', { build: { context: '/srv/app', tags: ['a:b'], pull: true } }, { build: { context: '/srv/app' } }],
  ])('%s: %j', (rule, service, left) => {
    const { model, context } = judged(service)

    const result = rewritten(model, context)

    expect(enforce(model, context).filter((text) => !text.includes('the strict profile'))).toEqual([expect.stringMatching(/^web: /)])
    expect(rulesOf(service)).toEqual([rule])
    expect(JSON.parse(JSON.stringify(result.services?.['web']))).toEqual({ image: 'nginx:1', ...left })
    expect(findings(result, { ...context, model: result })).toEqual([])
  })

  test('a host port that is the container’s own: said of the first revision alone', () => {
    const { model, context } = judged({ ports: [{ target: 5000, published: '5000' }] })
    const other = judged({ ports: [{ target: 5000, published: '8080' }] })

    expect(enforce(model, { ...context, isFirst: true })).toHaveLength(1)
    expect(enforce(model, { ...context, isFirst: false })).toEqual([])
    expect(enforce(other.model, { ...other.context, isFirst: false })).toHaveLength(1)
    expect(rewritten(model, { ...context, isFirst: false }).services?.['web']?.ports).toEqual([{ target: 5000 }])
  })

  test('names of networks and volumes', () => {
    const { model, context } = judged(
      {},
      { networks: { front: { name: 'others' }, own: { name: `${project}_own` } }, volumes: { data: { name: 'others' }, own: { name: `${project}_own` } } },
    )

    expect(enforce(model, context)).toHaveLength(2)
    expect(findings(rewritten(model, context), context)).toEqual([])
  })
})

describe('on a real folder', () => {
  const rulesIn = (folder: string, source: string, home = config.home) => {
    const model = parseModel(resolvedOf({ web: { image: 'nginx', volumes: [{ type: 'bind', source, target: '/x' }] } }))
    return findings(model, contextOf(model, { folder }, ref, { ...machine, config: { ...config, home } })).map(({ rule }) => rule.name)
  }

  test('links are followed: out of the folder is out, inside is in', () => {
    const folder = aFolder({ 'data/x': '' })
    symlinkSync('/etc', join(folder, 'etc'))
    symlinkSync('data', join(folder, 'alias'))
    symlinkSync('/nowhere/yet', join(folder, 'dangling'))

    expect(rulesIn(folder, join(folder, 'etc'))).toEqual(['host_bind'])
    expect(rulesIn(folder, join(folder, 'etc/passwd'))).toEqual(['host_bind'])
    expect(rulesIn(folder, join(folder, 'dangling'))).not.toEqual([])
    expect(rulesIn(folder, join(folder, 'alias'))).toEqual([])
    expect(rulesIn(folder, join(folder, 'not/there/yet'))).toEqual([])
    expect(rulesIn(folder, join(folder, 'data/../../other'))).toEqual(['host_bind'])
  })

  test('a socket inside the folder is a socket all the same', async () => {
    const folder = aFolder()
    const server = createServer().listen(join(folder, 'any.name'))
    await new Promise((done) => server.once('listening', done))

    expect(rulesIn(folder, join(folder, 'any.name'))).toEqual(['engine_socket'])
    server.close()
  })

  test('Torii’s own home inside the folder cannot be mounted, nor anything above it', () => {
    const folder = aFolder()
    mkdirSync(join(folder, 'state/torii'), { recursive: true })

    expect(rulesIn(folder, folder, join(folder, 'state/torii'))).toEqual(['guarded_path'])
    expect(rulesIn(folder, join(folder, 'state/torii/ca'), join(folder, 'state/torii'))).toEqual(['guarded_path'])
    expect(rulesIn('/', '/etc')).toEqual(['guarded_path'])
  })
})

describe('the table', () => {
  test('every row has a name of its own, a reason and a safer way', () => {
    const rows = [...policy.model, ...policy.services, ...policy.networks, ...policy.volumes, ...policy.configs]

    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
    for (const row of rows) {
      expect(row.name).toMatch(/^[a-z_]+$/)
      expect(row.reason).not.toBe('')
      expect(row.safer).toMatch(/\.$/)
      expect(row.rewrite !== undefined).toBe(row.decision === 'rewrite')
      if (row.never !== undefined) expect(['deny', 'rewrite']).toContain(row.decision)
    }
  })
})
