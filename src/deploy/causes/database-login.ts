import { type Case, isOfCheck } from './case.ts'
import { statusHeard } from './check-heard.ts'
import { type Found, quote, type Rule, write } from './rule.ts'
import { type Said, saidOf, whetherItGoesOn } from './said.ts'
import { type AppLogin, appLogin, environmentOf, type Store, storeOf } from './stores.ts'

/** What a database refused; null: its words name none. */
interface Refusal {
  user: string | null
  database: string | null
  withoutPassword: boolean
}

/** PostgreSQL 17, MySQL 8.4 and MariaDB 11 (1044, 1045, 1049), MongoDB 8; clients quote the quotes once more. */
const refusals = [
  {
    family: 'postgres' as const,
    login:
      /password authentication failed for user \\?"([^"\\]{1,63})|\brole \\?"([^"\\]{1,63})\\?" does not exist|(no password supplied|client password must be a string)/,
    database: /\bdatabase \\?"([^"\\]{1,63})\\?" does not exist/,
  },
  {
    family: 'mysql' as const,
    login: /Access denied for user \\?'([^'\\]{1,63})\\?'@\S{1,100}(?! to database)(?: \((using password: NO)\))?/,
    database: /Unknown database \\?'([^'\\]{1,63})|Access denied for user \S{1,200} to database \\?'([^'\\]{1,63})/,
  },
  { family: 'mongo' as const, login: /MongoServerError: Authentication failed|AuthenticationFailed|(requires authentication)/, database: null },
]

const anyRefusal =
  /password authentication failed|does not exist|no password supplied|client password must|Access denied for user|Unknown database|uthentication ?[Ff]ailed|requires authentication/

function refusedIn(line: string): { family: 'postgres' | 'mysql' | 'mongo'; refusal: Refusal } | null {
  for (const { family, login, database } of refusals) {
    const absent = database?.exec(line)
    if (absent) return { family, refusal: { user: null, database: absent[1] ?? absent[2] ?? null, withoutPassword: false } }
    const found = login.exec(line)
    const user = found?.slice(1).find((each) => each !== undefined && !isNoUser.test(each)) ?? null
    if (found) return { family, refusal: { user, database: null, withoutPassword: isNoUser.test(found[0]) } }
  }
  return null
}

const isNoUser = /no password supplied|client password must|using password: NO|requires authentication/

/** What it says against what the database was set up with. */
interface Told {
  clause: string
  fix: string
  /** Both sides are known, and tell the same. */
  proved: boolean
}

function place(seen: Case, app: AppLogin, key: 'user' | 'password' | 'database', is: string, was: string | null): string {
  const variable = app.variables[key]
  if (variable === undefined) return `Let ${seen.service} use \`${is}\`${was === null ? '' : ` in place of \`${was}\``} in its configuration`
  if (!app.isUrl) return write(seen.service, 'environment:', `${variable}: ${is}`)
  return was === null
    ? `In the Compose file, under \`services: ${seen.service}: environment:\`, write \`/${is}\` at the end of ${variable}`
    : `In the Compose file, under \`services: ${seen.service}: environment:\`, write \`${is}\` in place of \`${was}\` in ${variable}`
}

function samePassword({ service }: Case, { name, named }: Store, { variables, isUrl }: AppLogin): string {
  const at = variables.password
  const where = at === undefined ? `in the configuration of ${service}` : `${isUrl ? 'as the password ' : ''}in ${at}`
  return `In the Compose file, under \`services: ${service}: environment:\`, write ${where} the very value that ${named.password} has under \`services: ${name}: environment:\``
}

function keptVolume(seen: Case, store: Store): boolean {
  const logs = seen.evidence.containers.filter(({ service }) => service === store.name).map((each) => `${each.logHead ?? ''}\n${each.logs}`)
  return store.volume !== null && logs.some((log) => /appears to contain a database; Skipping initialization/i.test(log))
}

/** What its variables say is what it has: nothing else made users, and no older volume keeps others. */
function asItWasMade(seen: Case, store: Store): boolean {
  return !store.scripts && !keptVolume(seen, store)
}

/** The variables are the same on both sides: what differs is what the volume has kept. */
function ofVolume(seen: Case, store: Store, what: string): Told {
  const { name, volume } = store
  return {
    clause: `the volume ${volume} of ${name} was set up before, with another ${what} than its variables have now: they count at its very first start only`,
    fix: `Write back the ${what} that it had at first, under ${name} and under ${seen.service}; or, if its data may go, \`torii rm ${seen.name} --volumes --yes\` and deploy again.`,
    proved: keptVolume(seen, store),
  }
}

function login(seen: Case, store: Store, app: AppLogin, { user, withoutPassword }: Refusal): Told {
  const { name, own, named } = store
  const who = user ?? app.login.user
  const known = own.password !== null && app.login.password !== null
  if (withoutPassword && app.login.password === null)
    return {
      clause: `${seen.service} logs in to ${name} without a password`,
      fix: `${samePassword(seen, store, app)}.`,
      proved: own.password !== null,
    }
  if (who !== null && own.user !== null && who !== own.user && !(who === 'root' && named.user.endsWith('_USER') && named.user !== 'POSTGRES_USER'))
    return {
      clause: `${seen.service} logs in to ${name} as ${who}, and the user of ${name} is ${own.user} (its ${named.user})`,
      fix: `${place(seen, app, 'user', own.user, who)}${known && own.password === app.login.password ? '' : `; and ${samePassword(seen, store, app).replace(/^In/, 'in')}`}.`,
      proved: asItWasMade(seen, store),
    }
  if (known && own.password !== app.login.password)
    return {
      clause: `${seen.service} logs in to ${name} with another password than ${name} has${app.variables.password === undefined ? '' : `: ${app.variables.password} of ${seen.service} and ${named.password} of ${name} differ`}`,
      fix: `${samePassword(seen, store, app)}.`,
      proved: asItWasMade(seen, store),
    }
  if (known && store.volume !== null) return ofVolume(seen, store, 'password')
  return {
    clause: `${name} refuses the login of ${seen.service}${who === null ? '' : ` as ${who}`}`,
    fix: `Let user and password of ${seen.service} be those of ${name}: its variables ${named.user} and ${named.password}${store.volume === null ? '' : `, as they were when the volume ${store.volume} was first made`}.`,
    proved: true,
  }
}

function database(seen: Case, store: Store, app: AppLogin, wanted: string): Told {
  const { name, own, named } = store
  if (own.database !== null && own.database !== wanted)
    return {
      clause: `${seen.service} wants the database ${wanted} of ${name}, and the one that ${name} makes is ${own.database} (its ${named.database})`,
      fix: `${place(seen, app, 'database', own.database, app.login.database)}.`,
      proved: asItWasMade(seen, store),
    }
  if (own.database === wanted && store.volume !== null) return ofVolume(seen, store, 'database')
  return {
    clause: `${seen.service} wants the database ${wanted}, which ${name} does not have`,
    fix: `${write(name, 'environment:', `${named.database}: ${wanted}`)}${store.volume === null ? '' : `; as the volume ${store.volume} was set up before, that counts only after \`torii rm ${seen.name} --volumes --yes\`, which removes its data`}.`,
    proved: true,
  }
}

/** The database prints the same refusal: two who were there say it. */
function isHeardThere(seen: Case, { name }: Store, { user, database: absent }: Refusal): boolean {
  const word = absent ?? user
  const logs = seen.evidence.containers.filter(({ service }) => service === name).map((each) => each.logs)
  return (
    word !== null &&
    logs.some((log) => log.split('\n').some((line) => anyRefusal.test(line) && new RegExp(`["']${word.replace(/\W/g, '\\$&')}["']`).test(line)))
  )
}

/** Others may log in there too: what is heard there counts where it is this app's own user, or the database that it wants. */
function isHeardOf({ login: { user, database: wanted } }: AppLogin, refusal: Refusal): boolean {
  return refusal.database === null ? refusal.user === user : refusal.database === wanted
}

/** Where the app says nothing of it, its database may: the last login that it refused, while the app answers with an error. */
function heardAt(seen: Case): Said | null {
  const fails = (isOfCheck(seen) && (statusHeard(seen) ?? 0) >= 500) || seen.trouble.reason === 'app_error'
  if (!fails) return null
  const logs = seen.evidence.containers.filter(({ service }) => service !== seen.service).map((each) => each.logs)
  const line = logs.flatMap((log) => log.split('\n')).findLast((each) => /FATAL: |Access denied|denied for user/.test(each) && refusedIn(each) !== null)
  return line === undefined ? null : { line, sure: false }
}

export const databaseRules: Rule[] = [
  {
    id: 'database-login',
    about: 'a program that a database of the extension refuses: user, password or database are not what the database was set up with',
    find: (seen): Found | null => {
      const own = saidOf(seen, anyRefusal)
      const said = own ?? heardAt(seen)
      const refused = said && refusedIn(said.line)
      const store = refused && storeOf(seen, refused.family, said.line)
      if (!said || !refused || !store) return null
      const app = appLogin(environmentOf(seen), store.name)
      const { refusal } = refused
      if (own === null && (app.login.user === null || !isHeardOf(app, refusal))) return null
      const { clause, fix, proved } = refusal.database === null ? login(seen, store, app, refusal) : database(seen, store, app, refusal.database)
      const heard = isHeardThere(seen, store, refusal) && (app.login.user === null || isHeardOf(app, refusal))
      const sure = proved && (said.sure || heard)
      return {
        clause,
        fix,
        evidence: [quote(said.line), ...(heard ? [`${store.name} says so too in its log`] : [])],
        sure,
        deeper: true,
        ...(!sure &&
          (said.sure || heard
            ? { tellsApart: `who may log in: the users and databases that ${store.name} has by now, in its log and its init scripts` }
            : whetherItGoesOn(seen))),
      }
    },
  },
]
