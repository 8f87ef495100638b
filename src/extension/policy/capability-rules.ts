import type { Service } from '../model.ts'
import { items, type Rule, when } from './rule.ts'

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
    name: 'new_privileges',
    decision: { strict: 'ask', developer: 'allow' },
    reason: 'a program of the image may become more than the user it was started as',
    safer: 'Remove `no-new-privileges:false`, and run the program as the user it needs.',
    find: (service) =>
      listed(service, 'security_opt')
        .filter((option) => /^no-new-privileges[:=]false$/.test(option))
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
    name: 'devices',
    decision: 'deny',
    reason: 'they are devices of the host',
    safer: 'Remove `devices`.',
    find: (service) =>
      devicesOf(service)
        .filter((device) => !isKnownDevice(device))
        .map((device) => `devices: ${device}`),
  },
  {
    name: 'known_devices',
    decision: 'ask',
    reason: 'graphics, tunnels, FUSE and KVM are devices of the host',
    safer: 'Remove `devices`.',
    find: (service) =>
      devicesOf(service)
        .filter(isKnownDevice)
        .map((device) => `devices: ${device}`),
  },
  {
    name: 'reserved_devices',
    decision: 'ask',
    reason: 'it takes devices of the host',
    safer: 'Remove `devices` from `deploy.resources.reservations`.',
    find: (service) =>
      Object.values(service.deploy?.resources ?? {}).flatMap((part) => ['devices', 'generic_resources'].flatMap((key) => when(part ?? {}, key))),
  },
]

function added(service: Service): string[] {
  return listed(service, 'cap_add').map((cap) => cap.toUpperCase().replace(/^CAP_/, ''))
}

function sysctls(service: Service): string[] {
  return listed(service, 'sysctls').map((entry) => (entry.split('=')[0] ?? '').replaceAll('/', '.'))
}

function listed(service: Service, key: string): string[] {
  return items((service as Record<string, unknown>)[key])
}

/** What of the host: Compose writes `HOST[:CONTAINER[:rwm]]` up to 2.26, and mappings later. */
function devicesOf(service: Service): string[] {
  const { devices } = service as { devices?: unknown }
  if (!Array.isArray(devices)) return []
  return devices.map((device) => (typeof device === 'string' ? (device.split(':')[0] ?? '') : String((Object(device) as { source?: unknown }).source)))
}

function isKnownDevice(device: string): boolean {
  return /^\/dev\/(dri(\/(card|renderD)\d+)?|net\/tun|fuse|kvm)$/.test(device)
}
