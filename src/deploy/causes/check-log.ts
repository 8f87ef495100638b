import { type Case, ending, isOfCheck } from './case.ts'
import { statusHeard } from './check-heard.ts'
import { errorFix } from './error-fix.ts'
import { errorLine, ownFrame } from './exit-words.ts'
import { type Found, quote, type Rule } from './rule.ts'

export const checkLogRules: Rule[] = [
  {
    id: 'check-error-in-log',
    about: 'a health endpoint that answers 500 and more, and an error that its log ends with',
    find: (seen: Case): Found | null => {
      const status = statusHeard(seen)
      const error = errorLine(ending(seen))
      if (!isOfCheck(seen) || status === null || status < 500 || error === null) return null
      return {
        clause: `${seen.service} fails by an error of its own: ${quote(error, 160)}`,
        fix: errorFix(seen, error, ownFrame(seen.seen?.logs ?? '')),
        evidence: [`its log: ${quote(error)}`],
        sure: false,
        deeper: true,
        tellsApart: `whether its log says so again at each check: \`torii logs ${seen.name} ${seen.service}\``,
      }
    },
  },
]
