import { type ModelService, modelServices } from '../../model/services.ts'
import type { Case } from './case.ts'

type Family = 'postgres' | 'mysql' | 'mongo'

/** Who may log in where. Values are compared and, but for passwords, told; null: not known. */
interface Login {
  user: string | null
  password: string | null
  database: string | null
}

/** A database of the extension, by the variables that its image is set up with. */
export interface Store {
  name: string
  own: Login
  /** The variables that say so. */
  named: Record<keyof Login, string>
  /** A named volume that keeps what was set up first. */
  volume: string | null
  /** Scripts of the extension may have made more users and databases. */
  scripts: boolean
}

/** How a service logs in, and in which variables that stands. */
export interface AppLogin {
  login: Login
  variables: Partial<Record<keyof Login, string>>
  /** They are parts of one URL. */
  isUrl: boolean
}

const images: Record<Family, RegExp> = { postgres: /postgres|postgis|timescale|pgvector|^db$|^pg/i, mysql: /mysql|mariadb|percona|^db$/i, mongo: /mongo|^db$/i }

export function servicesOf({ revision }: Pick<Case, 'revision'>): Map<string, ModelService> {
  return modelServices(revision.resolved ?? '')
}

/** The environment that the Compose file gives a service. */
export function environmentOf(seen: Case, service = seen.service): Record<string, string> {
  return servicesOf(seen).get(service)?.environment ?? {}
}

/** The database of that kind that the service means: whom its variables or the line name, or the only one. */
export function storeOf(seen: Case, family: Family, line: string): Store | null {
  const all = [...servicesOf(seen)].flatMap(([name, service]) => (name === seen.service ? [] : storeIn(name, service, family)))
  const hosts = Object.values(seen.seen?.facts?.hosts ?? {}).map((host) => host.replace(/:\d+$/, ''))
  const image = (name: string) => seen.revision.plan?.services.find((each) => each.name === name)?.image ?? ''
  const isNamed = ({ name }: Store) => hosts.includes(name) || line.includes(`"${name}"`) || line.includes(`'${name}'`)
  const isKind = ({ name }: Store) => images[family].test(name) || images[family].test(image(name))
  for (const fits of [all.filter(isNamed), all.filter(isKind), all]) if (fits.length === 1) return fits[0] ?? null
  return null
}

function storeIn(name: string, service: ModelService, family: Family): Store[] {
  const found = setUp[family](service.environment)
  const volume = service.mounts.find(({ type, source, target }) => type === 'volume' && source !== '' && dataFolders.test(target))
  const scripts = service.mounts.some(({ target }) => target.startsWith('/docker-entrypoint-initdb.d'))
  return found === null ? [] : [{ name, ...found, volume: volume?.source ?? null, scripts }]
}

const dataFolders = /^\/(?:var\/lib\/(?:postgresql|mysql|mariadb)|data\/db|bitnami)/

/** What the official images of postgres 17, mysql 8, mariadb 11 and mongo 8 make at their first start, and by which variables. */
const setUp: Record<Family, (env: Record<string, string>) => Pick<Store, 'own' | 'named'> | null> = {
  postgres: (env) => {
    if (!Object.keys(env).some((name) => /^POSTGRES_(?:USER|PASSWORD|DB)/.test(name))) return null
    const user = env['POSTGRES_USER'] || 'postgres'
    return {
      own: { user, password: env['POSTGRES_PASSWORD'] ?? null, database: env['POSTGRES_DB'] || user },
      named: { user: 'POSTGRES_USER', password: 'POSTGRES_PASSWORD', database: 'POSTGRES_DB' },
    }
  },
  mysql: (env) => {
    const brand = ['MARIADB', 'MYSQL'].find((each) => Object.keys(env).some((name) => name.startsWith(`${each}_`)))
    if (brand === undefined) return null
    const user = env[`${brand}_USER`] || 'root'
    const password = user === 'root' ? `${brand}_ROOT_PASSWORD` : `${brand}_PASSWORD`
    return {
      own: { user, password: env[password] ?? null, database: env[`${brand}_DATABASE`] || null },
      named: { user: `${brand}_USER`, password, database: `${brand}_DATABASE` },
    }
  },
  mongo: (env) => {
    const user = env['MONGO_INITDB_ROOT_USERNAME']
    if (user === undefined) return null
    return {
      own: { user, password: env['MONGO_INITDB_ROOT_PASSWORD'] ?? null, database: null },
      named: { user: 'MONGO_INITDB_ROOT_USERNAME', password: 'MONGO_INITDB_ROOT_PASSWORD', database: 'MONGO_INITDB_DATABASE' },
    }
  },
}

const part = String.raw`(?:^|_)(?:PG|DB|DATABASE|POSTGRES(?:QL)?|SQL|MYSQL|MARIADB|MONGO(?:DB)?|DATASOURCE|DB_\w{1,20}|DATABASE_\w{1,20})_?`
const parts: Record<keyof Login, RegExp> = {
  user: new RegExp(`${part}(?:USER|USERNAME|LOGIN)$`, 'i'),
  password: new RegExp(`${part}(?:PASS|PASSWORD|PASSWD|PWD)$`, 'i'),
  database: new RegExp(`${part}(?:NAME|DB|DATABASE|DBNAME)$`, 'i'),
}

/** How a service logs in to that host, by its variables. */
export function appLogin(env: Record<string, string>, host: string): AppLogin {
  for (const [name, value] of Object.entries(env)) {
    const found =
      /^(?:jdbc:)?[a-z][\w+.-]{1,30}:\/\/(?:([^:/?#@]{0,100})(?::([^/?#]{0,200}))?@)?([\w.-]{1,100})(?::\d{1,5})?(?:\/([^?#]{0,100}))?(?:[?#]|$)/i.exec(value)
    if (found === null || found[3] !== host) continue
    const [, user, password, , database] = found
    if (user === undefined && value.startsWith('jdbc:')) return { ...separate(env), isUrl: false }
    return {
      login: { user: decoded(user), password: decoded(password), database: decoded(database) },
      variables: { user: name, password: name, database: name },
      isUrl: true,
    }
  }
  return { ...separate(env), isUrl: false }
}

function separate(env: Record<string, string>): Pick<AppLogin, 'login' | 'variables'> {
  const nameOf = (key: keyof Login) => Object.keys(env).find((name) => parts[key].test(name))
  const names = { user: nameOf('user'), password: nameOf('password'), database: nameOf('database') }
  const says = (name: string | undefined) => (name === undefined ? null : (env[name] ?? null))
  return {
    login: { user: says(names.user), password: says(names.password), database: says(names.database) },
    variables: Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined)),
  }
}

function decoded(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
