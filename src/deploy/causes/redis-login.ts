import type { Case } from './case.ts'
import { others } from './host-names.ts'
import { type Found, quote, type Rule } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'
import { environmentOf, servicesOf } from './stores.ts'

/** Redis 5 to 8, Valkey 8. */
const wanted = /NOAUTH|redis\S{0,60}[: ]{1,3}Authentication required|HELLO must be called with the client already authenticated/
const wrong = /WRONGPASS|invalid username-password pair|ERR invalid password/
const needless = /Client sent AUTH, but no password is set|AUTH <password> called without any password configured/
const any = new RegExp([wanted, wrong, needless].map(({ source }) => source).join('|'))

/** The service that Redis or its like runs in; null: none, or several. */
export function redisIn(seen: Case): string | null {
  const all = others(seen).filter(
    ({ name, image }) => /redis|valkey|keydb|^cache$/i.test(`${image}`) || /redis|valkey|keydb|^cache$|^queue$|^broker$/i.test(name),
  )
  return all.length === 1 ? (all[0]?.name ?? null) : null
}

function variableOf(seen: Case): string {
  const env = environmentOf(seen)
  const url = Object.keys(env).find((name) => /^(?:redis|rediss|valkey):/.test(env[name] ?? ''))
  return url ?? Object.keys(env).find((name) => /REDIS.*PASS|REDIS.*AUTH/i.test(name)) ?? 'its variable for Redis'
}

function passwordOf(seen: Case, redis: string): string {
  const service = servicesOf(seen).get(redis)
  if (/--requirepass\s/.test(service?.command ?? '')) return `\`--requirepass\` has in the command of ${redis}`
  const name = Object.keys(service?.environment ?? {}).find((each) => /(?:REDIS|VALKEY).*PASSWORD/i.test(each))
  return name === undefined ? `${redis} was given` : `${name} of ${redis} has`
}

export const redisRules: Rule[] = [
  {
    id: 'redis-login',
    about: 'a program that Redis or its like refuses for its password',
    find: (seen): Found | null => {
      const said = saidOf(seen, any)
      const redis = redisIn(seen)
      if (said === null || redis === null) return null
      const variable = variableOf(seen)
      const isUrl = /^\w+:\/\//.test(environmentOf(seen)[variable] ?? '')
      const place = `In the Compose file, under \`services: ${seen.service}: environment:\``
      const same = `${place}, write in ${variable} the password that ${passwordOf(seen, redis)}${isUrl ? `: \`redis://:the-password@${redis}:6379\`` : ''}.`
      const kind = needless.test(said.line) ? 'needless' : wrong.test(said.line) ? 'wrong' : 'none'
      const clause = {
        none: `${redis} wants a password, and ${seen.service} gives it none`,
        wrong: `${redis} has another password than ${seen.service} gives it`,
        needless: `${seen.service} gives ${redis} a password, and ${redis} has none`,
      }[kind]
      return {
        clause,
        fix: kind === 'needless' ? `${place}, take the password out of ${variable}${isUrl ? `: \`redis://${redis}:6379\`` : ''}.` : same,
        evidence: [quote(said.line)],
        deeper: true,
        sure: said.sure,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
]
