import type { RegistryLogins, RegistryView } from './registry-port.ts'

/** What a registry said to a login. */
export type LoginCheck =
  /** `not_asked`: it lets anybody in. `identityToken`: to be kept in place of the password; null: it gave none. */
  { is: 'accepted' | 'not_asked'; identityToken: string | null } | { is: 'refused' | 'unreachable'; words: string }

export interface GivenLogin {
  host: string
  username: string
  password: string
}

/** Logins of registries: checked before they are kept, and never shown. */
export interface Registries {
  /** Keeps it where the registry accepts it, or asks nobody. */
  login(given: GivenLogin): Promise<{ check: LoginCheck; view: RegistryView | null }>
  list(): Promise<RegistryView[]>
  /** false: there was none. */
  logout(host: string): Promise<boolean>
}

interface Needs {
  logins: RegistryLogins
  check: (host: string, given: Omit<GivenLogin, 'host'>) => Promise<LoginCheck>
  /** Called with everything that must not be told, before it is used. */
  hide: (values: Record<string, string>) => void
}

export function createRegistries({ logins, check, hide }: Needs): Registries {
  return {
    login: async ({ host, username, password }) => {
      hide({ [`password of (${host})`]: password })
      const checked = await check(host, { username, password })
      if ('words' in checked) return { check: checked, view: null }
      const { identityToken } = checked
      if (identityToken !== null) hide({ [`token of (${host})`]: identityToken })
      const login = identityToken === null ? ({ secret: password, is: 'password' } as const) : ({ secret: identityToken, is: 'identity_token' } as const)
      return { check: checked, view: await logins.put(host, { username, ...login }) }
    },
    list: () => logins.list(),
    logout: (host) => logins.remove(host),
  }
}
