import { tornLogin } from '../../text/torn-url.ts'
import type { Case } from './case.ts'
import { type Found, quote, type Rule } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'
import { environmentOf, servicesOf } from './stores.ts'

const inEnvironment = (service: string) => `In the Compose file, under \`services: ${service}: environment:\``

/** What drivers make of such a URL: psycopg, pg, SQLAlchemy, Go, Prisma, URL of Node.js and Python. */
const tornWords =
  /invalid integer value "|ERR_INVALID_URL|Invalid URL|invalid port|[Pp]ort (?:could not be cast|number)|invalid literal for int|URI malformed|invalid percent-encoded|invalid (?:database|connection) (?:string|url|URL)|[Cc]ould not parse|could not translate host name|getaddrinfo|Name or service not known|no such host|authentication failed|invalid userinfo|cannot parse|invalid URL escape|invalid response to SSL negotiation|failed to resolve host/

/** SQLAlchemy names its drivers in the URL. */
const dialect = /Can't load plugin: sqlalchemy\.dialects:([\w.]{1,40})/
/** asyncpg 0.31 and psycopg, which know no drivers in a URL; Prisma 6. */
const plainWanted = /invalid DSN: scheme is expected to be|missing "=" after "(?:postgresql|postgres|mysql)\+\w|the URL must start with the protocol `(\w+):/
const notAsync = /asyncio extension requires an async driver to be used\. The loaded '([\w.]{1,40})' is not async/
const noDriver = /No module named '(psycopg2?|asyncpg|aiopg|MySQLdb|pymysql|aiomysql|asyncmy|mariadb|aiosqlite|cx_Oracle|oracledb|pyodbc)'/

/** What pip calls it, ready-made where that exists. */
const packages: Record<string, string> = { psycopg: '"psycopg[binary]"', psycopg2: 'psycopg2-binary', MySQLdb: 'mysqlclient', cx_Oracle: 'cx_Oracle' }

/** The driver that SQLAlchemy takes where the URL names none (2.0 and 2.1), and what other driver the URL may name. */
const silentDefaults: Record<string, string> = {
  psycopg: 'postgresql+psycopg2://',
  psycopg2: 'postgresql+psycopg://',
  MySQLdb: 'mysql+pymysql://',
}

/** The variable whose URL begins so. */
function urlVariable(seen: Case, scheme: RegExp): string | null {
  return Object.entries(environmentOf(seen)).find(([, value]) => scheme.test(value))?.[0] ?? null
}

function install(seen: Case, driver: string): string {
  const name = packages[driver] ?? driver
  const built = servicesOf(seen).get(seen.service)?.built === true
  return built
    ? `In the Dockerfile of ${seen.service}, write \`RUN pip install --no-cache-dir ${name}\`, or add ${name.replaceAll('"', '')} to requirements.txt`
    : `Install ${name.replaceAll('"', '')} in the image of ${seen.service} (\`pip install --no-cache-dir ${name}\`)`
}

const doubt = (seen: Case, sure: boolean) => ({ sure, ...(!sure && whetherItGoesOn(seen)) })

/** A URL with a driver in it that is given to the driver itself. */
function plain(seen: Case, { line, sure }: { line: string; sure: boolean }): Found | null {
  const variable = urlVariable(seen, /^\w+\+\w+:/) ?? urlVariable(seen, /^(?!postgres(?:ql)?:)\w+:\/\//)
  const scheme = /^([\w+]+):/.exec(environmentOf(seen)[variable ?? ''] ?? '')?.[1]
  if (variable === null || scheme === undefined) return null
  const wanted = scheme.startsWith('mysql') ? 'mysql' : 'postgresql'
  return {
    clause: `the URL in ${variable} of ${seen.service} begins with \`${scheme}://\`, which SQLAlchemy alone understands, and its driver is given it`,
    fix: `${inEnvironment(seen.service)}, write \`${wanted}://\` in place of \`${scheme}://\` in ${variable}.`,
    evidence: [quote(line)],
    deeper: true,
    ...doubt(seen, sure),
  }
}

export const databaseUrlRules: Rule[] = [
  {
    id: 'url-not-escaped',
    about: 'a URL in a variable whose password has a character that a URL needs escaped',
    find: (seen): Found | null => {
      const said = saidOf(seen, tornWords)
      const torn = Object.entries(environmentOf(seen)).filter(([, value]) => tornLogin(value) !== null)
      const [first] = torn
      if (said === null || first === undefined) return null
      return {
        clause: `the URL in ${first[0]} of ${seen.service} is taken apart in the wrong place: its user or password has a character that a URL needs escaped`,
        fix: `${inEnvironment(seen.service)}, escape user and password in ${first[0]}: \`@\` is \`%40\`, \`:\` \`%3A\`, \`/\` \`%2F\`, \`?\` \`%3F\`, \`#\` \`%23\`, \`%\` \`%25\` (only there: the database keeps its password as it is).`,
        evidence: [quote(said.line), `${first[0]} is a URL with more \`@\`, \`:\`, \`/\`, \`?\`, \`#\` or \`%\` than it may have`],
        deeper: true,
        ...doubt(seen, said.sure),
      }
    },
  },
  {
    id: 'url-scheme-unknown',
    about: 'a URL whose scheme SQLAlchemy does not know, or whose driver cannot do what the program wants of it',
    find: (seen): Found | null => {
      const said = saidOf(seen, new RegExp(`${dialect.source}|${notAsync.source}|${plainWanted.source}`))
      if (said === null) return null
      if (plainWanted.test(said.line)) return plain(seen, said)
      const name = dialect.exec(said.line)?.[1]
      const mysql = notAsync.exec(said.line)?.[1]?.toLowerCase().includes('mysql') ?? false
      const [base, driver] = mysql ? ['mysql', 'aiomysql'] : ['postgresql', 'asyncpg']
      const variable = urlVariable(seen, name === undefined ? new RegExp(`^${base}`) : new RegExp(`^${name.replace('.', '\\+')}:`)) ?? 'the URL of its database'
      if (name === undefined)
        return {
          clause: `${seen.service} uses its database asynchronously, and the URL in ${variable} names a driver that cannot`,
          fix: `${inEnvironment(seen.service)}, write \`${base}+${driver}://\` at the beginning of ${variable}; and ${install(seen, driver).replace(/^I/, 'i')}.`,
          evidence: [quote(said.line)],
          deeper: true,
          ...doubt(seen, said.sure),
        }
      const better = name.startsWith('postgres') ? 'postgresql' : name
      return {
        clause: `the URL in ${variable} of ${seen.service} begins with \`${name.replace('.', '+')}://\`, which SQLAlchemy does not know${better === name ? '' : ` (it took \`${name}://\` before 1.4)`}`,
        fix:
          better === name
            ? `${inEnvironment(seen.service)}, begin ${variable} with a dialect that is installed, such as \`postgresql+psycopg2://\` or \`mysql+pymysql://\`.`
            : `${inEnvironment(seen.service)}, write \`postgresql+psycopg2://\` in place of \`postgres://\` in ${variable} (for psycopg 3 \`postgresql+psycopg://\`, for asyncpg \`postgresql+asyncpg://\`: the driver that it has installed).`,
        evidence: [quote(said.line)],
        deeper: true,
        ...doubt(seen, said.sure),
      }
    },
  },
  {
    id: 'driver-missing',
    about: 'a program whose database driver is not installed',
    find: (seen): Found | null => {
      const said = saidOf(seen, noDriver)
      const driver = noDriver.exec(said?.line ?? '')?.[1]
      if (said === null || driver === undefined) return null
      const variable = urlVariable(seen, /^(?:postgres(?:ql)?|mysql|mariadb)(?:\+\w+)?:/)
      const byAlchemy = /sqlalchemy/.test(seen.seen?.logs ?? '')
      const other = byAlchemy && variable !== null ? silentDefaults[driver] : undefined
      return {
        clause: `${seen.service} ends because the database driver ${driver} is not in its image`,
        fix:
          other === undefined
            ? `${install(seen, driver)}.`
            : `${install(seen, driver)}; or, where another driver is installed, name it: ${inEnvironment(seen.service).replace(/^I/, 'i')}, begin ${variable} with \`${other}\`.`,
        evidence: [quote(said.line)],
        deeper: true,
        ...doubt(seen, said.sure),
      }
    },
  },
]
