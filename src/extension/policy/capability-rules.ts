import type { Service } from '../model.ts'
import { isSet, items, type Rule, when } from './rule.ts'

const capabilities = {
  allowed: [
    'AUDIT_WRITE',
    'CHOWN',
    'DAC_OVERRIDE',
    'FOWNER',
    'FSETID',
    'KILL',
    'MKNOD',
    'NET_BIND_SERVICE',
    'SETFCAP',
    'SETGID',
    'SETPCAP',
    'SETUID',
    'SYS_CHROOT',
  ],
  asked: ['NET_ADMIN', 'NET_RAW', 'SYS_NICE', 'IPC_LOCK', 'SYS_PTRACE', 'SYS_RESOURCE'],
}
const harmlessSysctls = ['net.core.somaxconn', 'net.ipv4.ip_unprivileged_port_start']

/** Rows about what the kernel lets a container do. */
export const capabilityRules: Rule<Service>[] = [
  {
    name: 'dangerous_capability',
    decision: 'deny',
    reason: 'it reaches the host’s kernel',
    safer: 'Remove it from `cap_add`, or name the one capability the program needs.',
    find: (service) =>
      added(service)
        .filter((cap) => ![...capabilities.allowed, ...capabilities.asked].includes(cap))
        .map((cap) => `cap_add: ${cap}`),
  },
  {
    name: 'strong_capability',
    decision: 'ask',
    reason: 'it is stronger than what containers have by default',
    safer: 'Remove it from `cap_add`.',
    find: (service) =>
      added(service)
        .filter((cap) => capabilities.asked.includes(cap))
        .map((cap) => `cap_add: ${cap}`),
  },
  {
    name: 'security_opt',
    decision: 'deny',
    reason: 'it weakens the engine’s own protection',
    safer: 'Keep only `no-new-privileges`.',
    find: (service) =>
      listed(service, 'security_opt')
        .filter((option) => !/^no-new-privileges([:=](true|false))?$/.test(option))
        .map((option) => `security_opt: ${option}`),
  },
  {
    name: 'kernel_sysctl',
    decision: 'deny',
    reason: 'it changes the host’s kernel',
    safer: 'Set it on the host, if it must be set at all.',
    find: (service) =>
      sysctls(service)
        .filter((name) => name.startsWith('kernel.'))
        .map((name) => `sysctls: ${name}`),
  },
  {
    name: 'other_sysctl',
    decision: 'ask',
    reason: 'only a few kernel settings are known to be harmless',
    safer: `Remove it; allowed are ${harmlessSysctls.join(' and ')}.`,
    find: (service) =>
      sysctls(service)
        .filter((name) => !name.startsWith('kernel.') && !harmlessSysctls.includes(name))
        .map((name) => `sysctls: ${name}`),
  },
  {
    name: 'oom_score',
    decision: 'deny',
    reason: 'it makes the kernel kill others first',
    safer: 'Set a memory limit instead.',
    find: (service) => when(service, 'oom_score_adj', (value) => isSet(value) && !(Number(value) >= 0)),
  },
  {
    name: 'reserved_devices',
    decision: 'ask',
    reason: 'it takes devices of the host',
    safer: 'Remove `devices` from `deploy.resources.reservations`.',
    find: (service) =>
      Object.values(service.deploy?.resources ?? {}).flatMap((part) => ['devices', 'generic_resources'].flatMap((key) => when(part ?? {}, key))),
  },
  {
    name: 'many_replicas',
    decision: 'ask',
    reason: 'more than 32 containers of one service',
    safer: 'Ask for at most 32.',
    find: (service) => [...when(service, 'scale', tooMany), ...when(service.deploy ?? {}, 'replicas', tooMany)],
  },
  {
    name: 'unlimited_processes',
    decision: 'deny',
    reason: 'it takes away the limit of the engine, and one container could take every process of the host',
    safer: 'Remove `pids_limit`, or give a number.',
    find: (service) => [...when(service, 'pids_limit', isUnlimited), ...when(service.deploy?.resources?.['limits'] ?? {}, 'pids', isUnlimited)],
  },
]

function isUnlimited(value: unknown): boolean {
  return isSet(value) && !(Number(value) >= 0)
}

function tooMany(value: unknown): boolean {
  return isSet(value) && !(Number(value) >= 0 && Number(value) <= 32)
}

function added(service: Service): string[] {
  return listed(service, 'cap_add').map((cap) => cap.toUpperCase().replace(/^CAP_/, ''))
}

function sysctls(service: Service): string[] {
  return listed(service, 'sysctls').map((entry) => (entry.split('=')[0] ?? '').replaceAll('/', '.'))
}

function listed(service: Service, key: string): string[] {
  return items((service as Record<string, unknown>)[key])
}
