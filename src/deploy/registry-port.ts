/** What Torii logs in to a registry with. */
export interface RegistryLogin {
  username: string
  /** The password or access token, or what the registry gave in exchange for it. */
  secret: string
  /** `identity_token`: an OAuth refresh token, which goes without the user's name. */
  is: 'password' | 'identity_token'
}

/** A login as it is shown: never what it logs in with. */
export interface RegistryView {
  /** HOST or HOST:PORT; docker.io for Docker Hub. */
  host: string
  username: string
  /** RFC 3339 UTC with milliseconds. */
  createdAt: string
}

/** Where logins are kept, encrypted. */
export interface RegistryLogins {
  list(): Promise<RegistryView[]>
  /** null: there is none for this host. */
  login(host: string): Promise<RegistryLogin | null>
  all(): Promise<Map<string, RegistryLogin>>
  /** Replaces one that there was. */
  put(host: string, login: RegistryLogin): Promise<RegistryView>
  /** false: there was none. */
  remove(host: string): Promise<boolean>
}
