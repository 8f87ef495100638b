import type { Case } from './case.ts'
import { quote, type Rule } from './rule.ts'

const lines = (seen: Case) => [
  ...seen.answers.map(
    ({ route, last }) => `through the proxy (${route}): ${last.status === null ? '' : `HTTP ${last.status}, `}${quote(last.detail) || 'answered'}`,
  ),
  ...(seen.evidence.routers ?? []).map(
    ({ name, status, errors }) => `the proxy says of ${name}: ${status}${errors.length > 0 ? `, ${quote(errors.join('; '))}` : ''}`,
  ),
]

const answersDirectly = (seen: Case) => seen.evidence.asked?.find(({ status }) => status !== null)

/** Rules for what the proxy itself says, or does not. */
export const proxyRules: Rule[] = [
  {
    id: 'certificate',
    about: 'a certificate that is not valid for the public address',
    find: (seen) => {
      const last = seen.answers.find(({ last: { failed } }) => failed === 'certificate' || failed === 'tls')?.last
      if (seen.trouble.reason !== 'tls_error' || last === undefined) return null
      return {
        clause: `what answers at the public address has no certificate of Torii’s authority: ${quote(last.detail)}`,
        fix: /host/.test(last.detail)
          ? 'Set TORII_PUBLIC_HOST to the name in the addresses, then `torii up`, and deploy again.'
          : 'Run `torii up`, which makes a new certificate, and deploy again; `torii doctor` says whether another program holds the port.',
        evidence: lines(seen),
        sure: true,
      }
    },
  },
  {
    id: 'proxy-away',
    about: 'a proxy that does not run or does not answer',
    find: (seen) => {
      if (
        seen.trouble.reason !== 'proxy_unreachable' ||
        seen.evidence.routers !== null ||
        seen.evidence.missing?.some((part) => part.startsWith('the proxy')) ||
        seen.answers.length === 0
      )
        return null
      const well = answersDirectly(seen)
      return {
        clause: `the proxy does not run${well ? `, while the app itself answers ${well.status}` : ''}`,
        fix: 'Run `torii up` and deploy again; `torii doctor` says what keeps the proxy from running.',
        evidence: [...lines(seen), 'the proxy’s own API does not answer', ...(well ? [`asked directly, ${well.url}: HTTP ${well.status}`] : [])],
        sure: true,
      }
    },
  },
  {
    id: 'router-refused',
    about: 'a route that the proxy knows and does not use, or does not know',
    find: (seen) => {
      const router = seen.evidence.routers?.find(({ status }) => status !== 'enabled')
      if (seen.trouble.reason !== 'proxy_unreachable' || router === undefined) return null
      return {
        clause:
          router.status === 'absent'
            ? 'the proxy has not read the routes of this deployment'
            : `the proxy does not use the route: ${quote(router.errors.join('; ')) || router.status}`,
        fix: 'Run `torii down` and `torii up`, which starts the proxy anew, and deploy again.',
        evidence: lines(seen),
        sure: true,
      }
    },
  },
  {
    id: 'app-never-answers',
    about: 'an app that takes connections and does not answer',
    find: (seen) => {
      if (seen.trouble.reason !== 'probe_timeout' || seen.answers.length === 0) return null
      const path = seen.revision.source.settings.probe.path
      const quick = seen.evidence.asked?.find(({ url, status }) => status !== null && status < 400 && new URL(url).pathname !== path)
      return {
        clause: `${seen.service} takes the connection and does not answer ${path}${quick ? `, while ${new URL(quick.url).pathname} answers ${quick.status}` : ''}`,
        fix: quick
          ? `At the top level of the Compose file, write \`x-torii: {probe: {path: ${new URL(quick.url).pathname}}}\`; or let ${seen.service} answer ${path} sooner.`
          : `Find out what ${seen.service} waits for when it is asked ${path} (a database, another service); its log is in \`torii logs ${seen.name}\`.`,
        evidence: [
          ...lines(seen),
          ...(seen.evidence.asked ?? [])
            .slice(0, 4)
            .map(({ url, status, detail }) => `asked directly, ${new URL(url).pathname}: ${status === null ? quote(detail) : `HTTP ${status}`}`),
        ],
        sure: quick !== undefined,
        quiet: quick === undefined,
        ...(quick ? {} : { tellsApart: `how long ${path} takes by itself: \`docker exec\` a request in the container of ${seen.service}` }),
      }
    },
  },
  {
    id: 'redirect-loop',
    about: 'an app that redirects to itself for ever, as it does not know that TLS ends at the proxy',
    find: (seen) => {
      const own = seen.answers.find(
        ({ url, last }) => last.location !== undefined && last.status !== null && last.status >= 300 && last.status < 400 && sameAddress(last.location, url),
      )
      if (own === undefined) return null
      return {
        clause: `${seen.service || 'the app'} redirects ${own.url} to itself`,
        fix: `Let ${seen.service || 'the app'} trust the header X-Forwarded-Proto (Django SECURE_PROXY_SSL_HEADER, Express \`trust proxy\`), or switch its redirect to HTTPS off: TLS ends at the proxy.`,
        evidence: [`Location: ${quote(own.last.location ?? '')}`, ...lines(seen)],
        sure: true,
      }
    },
  },
]

function sameAddress(location: string, url: string): boolean {
  if (!URL.canParse(location, url)) return false
  return new URL(location, url).href.replace(/\/$/, '') === url.replace(/\/$/, '')
}
