import { type Case, isOfCheck } from './case.ts'
import { answerToCheck } from './check-heard.ts'
import { asksItself } from './check-target.ts'
import { quote, type Rule } from './rule.ts'

/** What clients say who follow to HTTPS where nobody speaks it: OpenSSL of curl 8, wget, Python 3 and Node.js 24. */
const noTls =
  /WRONG_VERSION_NUMBER|wrong version number|SSL routines|SSL_connect|ssl_client|EPROTO|ERR_SSL|packet length|record overflow|\(35\)|\(60\)|TLS|CERTIFICATE_VERIFY/i

/** It sends whoever asks over HTTP to the same path over HTTPS. */
function sentToHttps(seen: Case): { status: number; location: string } | null {
  const answer = answerToCheck(seen)
  const { status, location } = answer ?? {}
  if (status == null || ![301, 302, 303, 307, 308].includes(status) || location == null || !location.startsWith('https://')) return null
  return { status, location }
}

const runsDjango = (seen: Case) =>
  /\bdjango\b|manage\.py|wsgi:application|asgi:application|:application\b/i.test(
    [seen.log, ...(seen.seen?.processes ?? []), ...(seen.seen?.facts?.command ?? []), ...(seen.seen?.facts?.variables ?? [])].join('\n'),
  )

function exempt(seen: Case, path: string): string {
  const { service } = seen
  const django = `\`SECURE_REDIRECT_EXEMPT = [r"^${path.replace(/^\//, '').replace(/[.+*?^$()[\]{}|]/g, '\\$&')}$"]\``
  const inGeneral = `let ${service} answer ${path} over plain HTTP, without sending it to HTTPS: TLS ends at the proxy, which says \`X-Forwarded-Proto: https\``
  return runsDjango(seen)
    ? `In the settings.py of ${service}, write ${django}. In another framework, ${inGeneral}.`
    : `L${inGeneral.slice(1)} (trust that header there). In Django: ${django} in settings.py.`
}

export const checkToHttpsRules: Rule[] = [
  {
    id: 'check-sent-to-https',
    about: 'a health check over HTTP that its container sends to HTTPS, which it does not speak itself',
    find: (seen) => {
      const { service, target, said } = seen
      const sent = sentToHttps(seen)
      if (!isOfCheck(seen) || target?.path == null || target.tls || !asksItself(target, service) || sent === null) return null
      const sure = noTls.test(said)
      return {
        clause: `${service} sends its own health check from ${target.path} to HTTPS (${sent.status}), which it does not speak on port ${target.port}`,
        fix: exempt(seen, target.path),
        evidence: [
          `asked directly, ${target.path}: HTTP ${sent.status} to ${quote(sent.location, 100)}`,
          ...(said === '' ? [] : [`the check said: ${quote(said)}`]),
        ],
        sure,
        ...(!sure && { tellsApart: `where the check is sent: \`docker exec\` it with \`curl -i\` in the place of what it asks with` }),
      }
    },
  },
]
