import { direct, pathOf, probedDirectly, statusOf } from './asked.ts'
import { type Case, ending } from './case.ts'
import { errorLine } from './exit-words.ts'
import { others } from './host-names.ts'
import { commandBefore } from './migrations.ts'
import { type Found, lineWith, quote, type Rule } from './rule.ts'
import { saidOf } from './said.ts'
import { environmentOf } from './stores.ts'

const bodies = (seen: Case, status: number) =>
  probedDirectly(seen)
    .filter((answer) => answer.status === status)
    .map(({ body }) => body)
/** Without the second word it silences `django.request`, which is what it is written for. */
const consoleLog =
  '`LOGGING = {"version": 1, "disable_existing_loggers": False, "handlers": {"console": {"class": "logging.StreamHandler"}}, "root": {"handlers": ["console"]}}`'

/** ManifestStaticFilesStorage of Django 5; WhiteNoise 6, where STATIC_ROOT is not there. */
const noManifestEntry = /Missing staticfiles manifest entry for '([^']{1,120})'/
const noFolder = /No directory at: (\S{0,120}static\S{0,80})/

const noStaticFolder = (seen: Case) => noFolder.exec(seen.log)?.[1] ?? null

/** Its own plain 500, and no error in its log. */
function saysNothing(seen: Case): boolean {
  return bodies(seen, 500).some((body) => /Server Error \(500\)/.test(body)) && errorLine(ending(seen)) === null
}

/** A variable of its own says so, or another service is one. */
function usesDatabase(seen: Case): boolean {
  const names = [...Object.keys(environmentOf(seen)), ...(seen.seen?.facts?.variables ?? [])]
  const stores = others(seen).some(({ name, image }) => /postgres|postgis|mysql|mariadb/i.test(`${name} ${image}`) || /(?:^|[-_])db$/i.test(name))
  return stores || names.some((name) => /(?:^|_)(?:DATABASE|DB|PG(?:HOST|DATABASE)|POSTGRES|MYSQL|SQLITE)(?:_|$)/i.test(name))
}

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
    id: 'static-not-collected',
    about: 'Django, whose static files were never collected: its manifest of them is not there',
    find: (seen): Found | null => {
      const said = saidOf(seen, noManifestEntry)
      const folder = noStaticFolder(seen)
      if (seen.trouble.reason !== 'app_error' || (said === null && (folder === null || !saysNothing(seen)))) return null
      const collects = `In the Dockerfile of ${seen.service}, after the line that copies its code (\`COPY . .\`), write \`RUN python manage.py collectstatic --noinput\``
      const sure = said?.sure === true
      return {
        clause:
          said === null
            ? `because its static files were never collected: it says that there is no ${folder}`
            : `because its static files were never collected: their manifest has no entry for ${noManifestEntry.exec(said.line)?.[1]}`,
        fix: said === null ? `${collects}; if that is not it, in its settings.py, write ${consoleLog}, and Torii shows the error.` : `${collects}.`,
        evidence: [quote(said?.line ?? lineWith(seen.log, noFolder))],
        after: true,
        sure,
        ...(!sure && { tellsApart: `whether \`python manage.py collectstatic --noinput\` in the container of ${seen.service} mends it` }),
      }
    },
  },
  {
    id: 'django-silent',
    about: 'Django, which answers with its own plain 500 and prints no error of it, as DEBUG is off',
    find: (seen): Found | null => {
      if (seen.trouble.reason !== 'app_error' || !saysNothing(seen) || noStaticFolder(seen) !== null || errorLine(ending(seen)) !== null) return null
      const migrates = !usesDatabase(seen) ? null : commandBefore(seen, 'python manage.py migrate --noinput')
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
