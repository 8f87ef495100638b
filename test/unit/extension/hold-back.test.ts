import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../../src/config.ts'
import type { EngineCeilings } from '../../../src/deploy/ports.ts'
import { holdBack } from '../../../src/extension/hold-back.ts'
import type { Service } from '../../../src/extension/model.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { rewriteExtension } from '../../../src/extension/rewrite.ts'
import { anImage, anInput, aSource, plainWorld, refusalOf, resolvedOf } from './makers.ts'

const gib = 1024 ** 3
const engine: EngineCeilings = { memory: 10 * gib, cpus: 4, pids: true }
const { ceilings } = readConfig({})
const held = (service: object, on = engine) => holdBack('web', service as Service, ceilings, on)

describe('what a file leaves open', () => {
  test('is held to the engine’s share, to no new privileges, and to a log that ends', () => {
    expect(held({})).toEqual({
      options: {
        pids_limit: 2048,
        mem_limit: String(8 * gib),
        cpus: 3.6,
        security_opt: ['no-new-privileges:true'],
        cap_drop: ['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SYS_CHROOT'],
        logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
      },
      added: [
        ...['at most 2048 processes', 'at most 8 GiB of memory', 'at most 3.6 processors', 'no new privileges'],
        ...['without AUDIT_WRITE, MKNOD, NET_RAW, SYS_CHROOT', 'a log of at most 3 files of 10 MB'],
      ],
      taken: { capabilities: ['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SYS_CHROOT'], newPrivileges: true, memory: 8 * gib, processes: 2048 },
      notices: [],
    })
  })

  test('is not asked of an engine that cannot hold to it', () => {
    expect(Object.keys(held({}, { memory: null, cpus: null, pids: false }).options)).toEqual(['security_opt', 'cap_drop', 'logging'])
  })

  test('is nothing where the operator has switched the ceilings off', () => {
    expect(Object.keys(holdBack('web', {}, { memory: 0, cpus: 0, pids: 0 }, engine).options)).toEqual(['security_opt', 'cap_drop', 'logging'])
  })
})

describe('what a file says', () => {
  test.each<[string, object, string]>([
    ['a number of processes', { pids_limit: 100 }, 'pids_limit'],
    ['a number of processes below deploy', { deploy: { resources: { limits: { pids: 100 } } } }, 'pids_limit'],
    ['a memory limit', { mem_limit: '1048576' }, 'mem_limit'],
    ['a memory limit below deploy', { deploy: { resources: { limits: { memory: '1048576' } } } }, 'mem_limit'],
    ['a swap limit, which the engine takes no memory limit above', { memswap_limit: '1048576' }, 'mem_limit'],
    ['processors', { cpus: 1 }, 'cpus'],
    ['processors below deploy', { deploy: { resources: { limits: { cpus: '0.5' } } } }, 'cpus'],
    ['a quota, which the engine takes no processors beside', { cpu_quota: 50_000 }, 'cpus'],
    ['a quota that is small enough', { cpu_quota: 50_000, cpu_period: 100_000 }, 'cpu_quota'],
    ['privileges', { security_opt: ['no-new-privileges:false'] }, 'security_opt'],
    ['all capabilities dropped', { cap_drop: ['ALL'] }, 'cap_drop'],
    ['a log driver', { logging: { driver: 'local' } }, 'logging'],
    ['the size of its log', { logging: { driver: 'json-file', options: { 'max-size': '1g' } } }, 'logging'],
  ])('stays: %s', (_, service, key) => {
    expect(held(service).options).not.toHaveProperty(key)
  })

  test('takes a capability back', () => {
    expect(held({ cap_add: ['SYS_CHROOT', 'MKNOD'], security_opt: ['no-new-privileges:false'] }).taken).toMatchObject({
      capabilities: ['AUDIT_WRITE', 'NET_RAW'],
      newPrivileges: false,
    })
    expect(held({ cap_add: ['CAP_SYS_CHROOT'], cap_drop: ['KILL', 'mknod'] }).options['cap_drop']).toEqual(['KILL', 'mknod', 'AUDIT_WRITE', 'NET_RAW'])
    expect(held({ privileged: true }).options).not.toHaveProperty('cap_drop')
    expect(held({ cap_add: ['ALL'] }).options).not.toHaveProperty('cap_drop')
  })

  test('keeps what else it asks of its log and its protection', () => {
    const { options } = held({ logging: { options: { tag: 'x', 'max-file': '5' } }, security_opt: ['seccomp=/x'] })

    expect(options['logging']).toEqual({ driver: 'json-file', options: { 'max-size': '10m', 'max-file': '5', tag: 'x' } })
    expect(options['security_opt']).toEqual(['seccomp=/x', 'no-new-privileges:true'])
  })
})

describe('what a file asks for above the ceilings is lowered, and said', () => {
  test('memory, its reservation, and processors', () => {
    expect(held({ mem_limit: String(64 * gib), mem_reservation: String(32 * gib), cpus: 64 })).toMatchObject({
      options: { mem_limit: String(8 * gib), mem_reservation: String(8 * gib), cpus: 3.6 },
      notices: [
        'web: mem_limit is lowered to 8 GiB, 80 % of the engine’s memory (TORII_MEMORY_CEILING).',
        'web: mem_reservation is lowered to 8 GiB, 80 % of the engine’s memory (TORII_MEMORY_CEILING).',
        'web: 64 processors are lowered to 3.6, 90 % of the engine’s (TORII_CPU_CEILING).',
      ],
    })
  })

  test('below deploy, with all else of it as it is', () => {
    const deploy = { replicas: 2, resources: { limits: { memory: String(64 * gib), cpus: '64', pids: 5 }, reservations: { memory: String(32 * gib) } } }

    expect(held({ deploy }).options['deploy']).toEqual({
      replicas: 2,
      resources: { limits: { memory: String(8 * gib), cpus: '3.6', pids: 5 }, reservations: { memory: String(8 * gib) } },
    })
  })

  test('what a file leaves open stands where it keeps its limits: beside those Compose takes no others', () => {
    const { options } = held({ deploy: { resources: { limits: { memory: '1048576' } } } })

    expect(options).toMatchObject({ deploy: { resources: { limits: { memory: '1048576', cpus: '3.6', pids: 2048 } } } })
    for (const key of ['cpus', 'mem_limit', 'pids_limit']) expect(options).not.toHaveProperty(key)
    expect(held({ deploy: { resources: { limits: { cpus: '0.5' } } } }).options['deploy']).toEqual({
      resources: { limits: { memory: String(8 * gib), cpus: '0.5', pids: 2048 } },
    })
  })

  test('a quota', () => {
    expect(held({ cpu_quota: 900_000 }).options).toMatchObject({ cpu_quota: 360_000 })
    expect(held({ cpu_quota: -1, cpu_period: 50_000 }).options).toMatchObject({ cpu_quota: 180_000 })
    expect(held({ cpu_period: 50_000 }).options).toMatchObject({ cpu_quota: 180_000 })
  })

  test('a limit that says there is none', () => {
    expect(held({ mem_limit: '-1' }).options['mem_limit']).toBe(String(8 * gib))
    expect(held({ memswap_limit: '-1' }).options['mem_limit']).toBe(String(8 * gib))
  })

  test('a limit that no number can hold', () => {
    expect(held({ mem_limit: '99999999999999999999' }).options['mem_limit']).toBe(String(8 * gib))
    expect(held({ mem_limit: 'much' }).options['mem_limit']).toBe(String(8 * gib))
  })

  test('whatever is asked, no container may take more than its share', () => {
    const amount = fc.oneof(fc.integer({ min: 0, max: 2 ** 50 }).map(String), fc.constantFrom('', null, undefined, '0', '-1', '1e30'))
    fc.assert(
      fc.property(amount, amount, amount, (top, inDeploy, cpus) => {
        const service = { mem_limit: top, cpus, deploy: { resources: { limits: { memory: inDeploy, cpus: undefined } } } }
        const made = { ...service, ...held(service).options } as typeof service
        const limits = [made.mem_limit, made.deploy.resources.limits.memory].filter((each) => Number(each ?? 0) > 0)

        expect(limits.length).toBeGreaterThan(0)
        for (const each of limits) expect(Number(each)).toBeLessThanOrEqual(8 * gib)
        const processors = [made.cpus, made.deploy.resources.limits.cpus].filter((each) => Number(each ?? 0) !== 0)
        expect(processors.length).toBeGreaterThan(0)
        for (const each of processors) expect(Number(each)).toBeLessThanOrEqual(3.6)
      }),
    )
  })
})

describe('the rewritten model', () => {
  const allowing = (...allowed: string[]) => aSource({ policy: { profile: 'developer', rules: {}, runtimes: [], allowed } })
  const ports = [
    { target: 80, published: '8080', host_ip: '127.0.0.1', protocol: 'tcp' },
    { target: 81, published: '81', protocol: 'tcp' },
    { target: 82, protocol: 'tcp' },
  ]

  test('has the ports of the host that were allowed, and no other', () => {
    const resolved = resolvedOf({ web: { image: 'nginx:1', ports } })
    const { model, plan, notices } = rewriteExtension(anInput(resolved, { source: allowing('host_port') }), plainWorld)

    expect(JSON.parse(JSON.stringify(parseModel(model).services?.['web']?.ports))).toEqual([ports[0]])
    expect(plan.hostPorts).toEqual(['8080'])
    expect(notices).toContainEqual('web: its port 80 is published at 127.0.0.1:8080, past the proxy.')
  })

  test('has one below 1024 only where just that was allowed', () => {
    const resolved = resolvedOf({ web: { image: 'nginx:1', ports } })
    const { plan } = rewriteExtension(anInput(resolved, { source: allowing('low_host_port') }), plainWorld)

    expect(plan.hostPorts).toEqual(['81'])
    expect(rewriteExtension(anInput(resolved), plainWorld).plan.hostPorts).toBeUndefined()
  })

  test('is refused for an image that runs as root, where the operator wants that', async () => {
    const operator = (rule: 'ask' | 'deny', ...allowed: string[]) =>
      aSource({ policy: { profile: 'developer', rules: { root_user: rule }, runtimes: [], allowed } })
    const rewrite = (source: ReturnType<typeof aSource>, user = '', service = {}) =>
      refusalOf(() => rewriteExtension(anInput(resolvedOf({ web: { image: 'nginx:1', ...service } }), { source, image: anImage({ user }) }), plainWorld))

    expect(await rewrite(operator('deny'))).toMatch(/^policy_denied: web .*user: root, as its image says/)
    expect(await rewrite(operator('ask'))).toMatch(/needs an operator’s consent/)
    expect(await rewrite(operator('ask', 'root_user'))).toBe('not refused')
    expect(await rewrite(operator('deny'), '1000')).toBe('not refused')
    expect(await rewrite(operator('deny'), '0:0')).toMatch(/^policy_denied/)
    expect(await rewrite(operator('deny'), '', { user: 'nobody' })).toBe('not refused')
    expect(await rewrite(aSource())).toBe('not refused')
  })
})
