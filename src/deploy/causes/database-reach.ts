import { meantBy } from './host-names.ts'
import { quote, type Rule, write } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'
import { environmentOf } from './stores.ts'

/** node-postgres 8, libpq 17, lib/pq 1.10. */
const noTls = /server does not support SSL(?:, but SSL was required| connections)|SSL is not enabled on the server/
/** PDO and mysqli of PHP 8, which take `localhost` for a socket file. */
const noSocket = /\[2002\] No such file or directory|mysqli.{0,80}: No such file or directory/

/** Rules for the way to a database: with TLS or without, over the network or a socket file. */
export const databaseReachRules: Rule[] = [
  {
    id: 'database-speaks-no-tls',
    about: 'a program that wants TLS of a PostgreSQL which has none',
    find: (seen) => {
      const said = saidOf(seen, noTls)
      if (said === null) return null
      const variables = Object.entries(environmentOf(seen))
      const url = variables.find(([, value]) => /^postgres(?:ql)?(?:\+\w+)?:\/\//.test(value))
      const mode = variables.find(([name]) => /(?:^|_)(?:PGSSLMODE|SSLMODE|SSL_MODE)$/.test(name))
      const inUrl = url === undefined ? null : /[?&]sslmode=\w[\w-]*/.exec(url[1])?.[0].slice(1)
      const there = `In the Compose file, under \`services: ${seen.service}: environment:\``
      const setting =
        mode !== undefined
          ? write(seen.service, 'environment:', `${mode[0]}: disable`)
          : inUrl != null
            ? `${there}, write \`sslmode=disable\` in place of \`${inUrl}\` in ${url?.[0]}`
            : `Let ${seen.service} ask its database without TLS: \`ssl: false\` where its code makes the connection${url === undefined ? '' : `, or \`?sslmode=disable\` at the end of ${url[0]} where its driver goes by that`}`
      return {
        clause: `${seen.service} wants TLS of its database, which speaks none`,
        fix: `${setting}; between containers of one network nothing else listens.`,
        evidence: [quote(said.line)],
        deeper: true,
        sure: said.sure,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
  {
    id: 'localhost-is-a-socket',
    about: 'PHP that looks for the socket file of a MySQL on `localhost`, while another service is the database',
    find: (seen) => {
      const said = saidOf(seen, noSocket)
      const meant = meantBy(seen, { port: 3306 })
      const variable = Object.entries(environmentOf(seen)).find(([name, value]) => /HOST/.test(name) && value === 'localhost')
      if (said === null || meant === null || variable === undefined) return null
      return {
        clause: `${seen.service} looks for its database on localhost (${variable[0]}), which is a socket file of its own container, not ${meant.name}`,
        fix: `${write(seen.service, 'environment:', `${variable[0]}: ${meant.name}`)}.`,
        evidence: [quote(said.line)],
        deeper: true,
        sure: said.sure && meant.sure,
        ...(!(said.sure && meant.sure) && whetherItGoesOn(seen)),
      }
    },
  },
  {
    id: 'alembic-ini-missing',
    about: 'Alembic without its alembic.ini, which the image does not have where it starts',
    find: (seen) => {
      const said = saidOf(seen, /No 'script_location' key found in configuration|No config file 'alembic\.ini' found/)
      if (said === null) return null
      return {
        clause: `because ${seen.service} runs Alembic where there is no alembic.ini that names its scripts`,
        fix: `Copy alembic.ini into the image of ${seen.service}, to where its command runs; where .dockerignore leaves it out (\`*.ini\`), add the line \`!alembic.ini\` there, and build again.`,
        evidence: [quote(said.line)],
        after: true,
        sure: said.sure,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
]
