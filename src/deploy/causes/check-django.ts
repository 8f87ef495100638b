import { isOfCheck } from './case.ts'
import { answerToCheck, statusHeard } from './check-heard.ts'
import { asksItself } from './check-target.ts'
import { type Rule, write } from './rule.ts'

export const checkDjangoRules: Rule[] = [
  {
    id: 'check-django-hosts',
    about: 'Django, which answers its own health check with its plain 400: its ALLOWED_HOSTS lack the host that the check asks',
    find: (seen) => {
      const { service, target } = seen
      const body = answerToCheck(seen)?.body ?? ''
      if (!isOfCheck(seen) || target?.path == null || !asksItself(target, service) || statusHeard(seen) !== 400 || !/Bad Request \(400\)/.test(body))
        return null
      const variable = Object.keys(seen.seen?.facts?.settings ?? {}).find((name) => /ALLOWED_HOSTS$/i.test(name))
      return {
        clause: `the ALLOWED_HOSTS of Django do not have ${target.host}, which the check asks`,
        fix: `${
          variable === undefined
            ? `In the settings.py of ${service}, write \`ALLOWED_HOSTS = ["*"]\` (or add "${target.host}" and the host of the proxy to it)`
            : write(service, 'environment:', `${variable}: "*"`)
        }: the proxy has checked the host already.`,
        evidence: [`asked directly, ${target.path}: HTTP 400, Django's own page: Bad Request (400)`],
        sure: false,
        deeper: true,
        tellsApart: `whether its log names the host: \`LOGGING\` with a console handler in settings.py has Django print "Invalid HTTP_HOST header"`,
      }
    },
  },
]
