import { redisIn } from './redis-login.ts'
import { quote, type Rule, write } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'
import { servicesOf } from './stores.ts'
import { listLine } from './variables.ts'

/** Redis 3.2 to 8, Valkey 8. */
const protectedMode = /DENIED (?:Redis|Valkey) is running in protected mode/

export const redisProtectedRules: Rule[] = [
  {
    id: 'redis-protected-mode',
    about: 'a Redis without a password whose protected mode refuses whoever is not in its own container',
    find: (seen) => {
      const said = saidOf(seen, protectedMode)
      const redis = redisIn(seen)
      if (said === null || redis === null) return null
      const command = servicesOf(seen).get(redis)?.command ?? ''
      const words = /["'\\$;&|<>]/.test(command) ? null : command.split(' ').filter((word) => word !== '')
      const changed = words === null || words.length === 0 ? ['redis-server'] : words
      const line =
        words === null || (changed[0] ?? '').includes('sh')
          ? `Add \`--protected-mode no\` to the command of ${redis}`
          : write(redis, '', listLine('command', [...changed, '--protected-mode', 'no']))
      return {
        clause: `${redis} takes connections of its own container alone: it is in protected mode and has no password, so it refuses ${seen.service}`,
        fix: `${line}: only the extension's own network reaches it. Or give it a password (\`--requirepass the-password\`) and write it in the URL of ${seen.service}.`,
        evidence: [quote(said.line, 160)],
        deeper: true,
        sure: said.sure,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
]
