import { type Case, finalLines, isOfEnd } from './case.ts'
import { quote, type Rule, write } from './rule.ts'
import { servicesOf } from './stores.ts'

/** Servers that refuse to run as root, each with the user that its package makes: PostgreSQL 9 to 18, MySQL 8, MariaDB 11, Elasticsearch 8. */
const refusals: readonly [words: RegExp, program: string, user: string][] = [
  [/\b(?:initdb|pg_ctl|postgres)\b.{0,20}cannot be run as root|"root" execution of the PostgreSQL server is not permitted/, 'PostgreSQL', 'postgres'],
  [/how to run (?:mysqld|mariadbd) as root/, 'its server', 'mysql'],
  [/can ?not run elasticsearch as root/, 'Elasticsearch', 'elasticsearch'],
]

const isRoot = ({ seen }: Case) => ['', 'root', '0', '0:0'].includes(seen?.facts?.user ?? '')

export const exitRootRules: Rule[] = [
  {
    id: 'not-as-root',
    about: 'a database server that refuses to run as root',
    find: (seen) => {
      const { service } = seen
      const found = refusals.flatMap(([words, program, user]) => {
        const line = finalLines(seen).findLast((each) => words.test(each))
        return line === undefined ? [] : [{ line, program, user }]
      })[0]
      if (!isOfEnd(seen) || found === undefined || !isRoot(seen)) return null
      const built = servicesOf(seen).get(service)?.built === true
      return {
        clause: `${service} runs ${found.program} as root, which it refuses`,
        fix: `${write(service, '', `user: ${found.user}`)}${built ? `; or, in its Dockerfile before CMD, \`USER ${found.user}\`` : ''}. Its data folder must be that user's.`,
        evidence: [quote(found.line), 'it runs as root'],
        sure: true,
      }
    },
  },
]
