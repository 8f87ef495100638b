import { direct, pathOf, probedDirectly, statusOf } from './asked.ts'
import { type Case, ending } from './case.ts'
import { errorLine } from './exit-words.ts'
import { commandBefore } from './migrations.ts'
import { type Found, quote, type Rule } from './rule.ts'

const bodies = (seen: Case, status: number) =>
  probedDirectly(seen)
    .filter((answer) => answer.status === status)
    .map(({ body }) => body)
const consoleLog = '`LOGGING = {"version": 1, "handlers": {"console": {"class": "logging.StreamHandler"}}, "root": {"handlers": ["console"]}}`'

/** Rules for Django 5 without DEBUG, which answers with plain pages and prints nothing of what went wrong. */
export const djangoRules: Rule[] = [
  {
    id: 'django-hosts',
    about: 'Django, which answers every path with its own plain 400: its ALLOWED_HOSTS lack the host',
    find: (seen): Found | null => {
      const asked = direct(seen)
      const paths = new Set(asked.map(pathOf))
      const own = bodies(seen, 400).some((body) => /<title>Bad Request \(400\)<\/title>|<h1>Bad Request \(400\)<\/h1>/.test(body))
      if (seen.trouble.reason !== 'app_status' || statusOf(seen) !== 400 || !own || paths.size < 2 || !asked.every(({ status }) => status === 400)) return null
      const variable = Object.entries(seen.seen?.facts?.settings ?? {}).find(([name]) => /ALLOWED_HOSTS$/i.test(name))
      if (variable !== undefined) return null
      return {
        clause: 'because Django answers only for hosts in its ALLOWED_HOSTS: every path gets its plain 400',
        fix: `In the settings.py of ${seen.service}, write \`ALLOWED_HOSTS = ["*"]\`: the proxy has checked the host already.`,
        evidence: [...asked.slice(0, 4).map(({ url, status }) => `asked directly, ${new URL(url).pathname}: HTTP ${status}`), 'it answered: Bad Request (400)'],
        after: true,
        sure: true,
      }
    },
  },
  {
    id: 'django-silent',
    about: 'Django, which answers with its own plain 500 and prints no error of it, as DEBUG is off',
    find: (seen): Found | null => {
      const own = bodies(seen, 500).some((body) => /Server Error \(500\)/.test(body))
      if (seen.trouble.reason !== 'app_error' || !own || errorLine(ending(seen)) !== null) return null
      const migrates = commandBefore(seen, 'python manage.py migrate --noinput')
      return {
        clause: 'and Django prints no error of it while DEBUG is off',
        fix: `In the settings.py of ${seen.service}, write ${consoleLog}, deploy again, and Torii shows the error${migrates === null ? '' : `. Where its tables were never made (nothing of its command does): ${migrates.replace(/^I/, 'i')}`}.`,
        evidence: [`it answered: ${quote(bodies(seen, 500)[0]?.replace(/<[^>]{0,200}>/g, ' ') ?? '', 100)}`, 'its log has no error'],
        after: true,
        sure: true,
      }
    },
  },
]
