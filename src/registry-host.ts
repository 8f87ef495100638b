/** Docker Hub as people call it. */
export const hub = 'docker.io'
/** Under which its logins are kept by `docker login`, and which the engine is told. */
const hubAddress = 'https://index.docker.io/v1/'
const hubNames = new Set([hub, 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'])

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?'
const host = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-f0-9:]+\\])(?::\\d{1,5})?$`)

/** The registry of an image reference: HOST or HOST:PORT, docker.io where it names none. */
export function registryOf(ref: string): string {
  const [first = '', ...rest] = ref.split('/')
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return named ? (asHost(first) ?? first) : hub
}

/** HOST/PATH of a reference without tag and digest, as the engine would ask for it. */
export function repositoryOf(ref: string): string {
  const registry = registryOf(ref)
  const [first = '', ...rest] = ref.split('/')
  const isNamed = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const path = (isNamed ? rest.join('/') : ref).replace(/@.*$/, '').replace(/:[^/]*$/, '')
  return `${registry}/${registry === hub && !path.includes('/') ? `library/${path}` : path}`
}

/** What a person calls a registry, as its host: any case, with or without https:// and what follows the host. null: it is none. */
export function asHost(text: string): string | null {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/(v[12]\/?)?$/, '')
  if (hubNames.has(plain)) return hub
  return plain.length <= 255 && host.test(plain) ? plain : null
}

/** What the engine and Docker's own files call it. */
export function serverAddress(registry: string): string {
  return registry === hub ? hubAddress : registry
}
