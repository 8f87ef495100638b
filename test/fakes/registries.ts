import { createRegistries, type LoginCheck, type Registries } from '../../src/deploy/registries.ts'
import type { RegistryLogin, RegistryLogins, RegistryView } from '../../src/deploy/registry-port.ts'

const createdAt = '2026-01-01T00:00:00.000Z'

/** Logins in memory. */
export function createFakeLogins(): RegistryLogins & { kept: Map<string, RegistryLogin> } {
  const kept = new Map<string, RegistryLogin>()
  const viewOf = (host: string, { username }: RegistryLogin): RegistryView => ({ host, username, createdAt })
  return {
    kept,
    list: async () => [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([host, login]) => viewOf(host, login)),
    all: async () => new Map(kept),
    login: async (host) => kept.get(host) ?? null,
    put: async (host, login) => {
      kept.set(host, login)
      return viewOf(host, login)
    },
    remove: async (host) => kept.delete(host),
  }
}

/** Registries that accept the password `right`, know nobody else, and are away where the host says so. */
export function createFakeRegistries(logins: RegistryLogins = createFakeLogins()): Registries {
  const check = async (host: string, { password }: { password: string }): Promise<LoginCheck> => {
    if (host.startsWith('away')) return { is: 'unreachable', words: 'no such host' }
    if (host.startsWith('open')) return { is: 'not_asked', identityToken: null }
    return password === 'right' ? { is: 'accepted', identityToken: null } : { is: 'refused', words: 'unauthorized' }
  }
  return createRegistries({ logins, check, hide: () => {} })
}
