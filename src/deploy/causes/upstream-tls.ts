import { probedDirectly } from './asked.ts'
import type { Case } from './case.ts'
import { others } from './host-names.ts'
import { configOf } from './proxy-config.ts'
import { lastMatch, quote, type Rule } from './rule.ts'

/** nginx 1.22 with OpenSSL 3; up to 1.1 the same words behind other numbers. */
const plainAnswer =
  /SSL_do_handshake\(\) failed \(.{0,80}wrong version number.{0,40}\) while SSL handshaking to upstream.{0,400}upstream: "https:\/\/([^"/]{1,120})/

/** The service at that address; by its port alone where only one of the others is known to listen on it. */
function serviceAt(seen: Case, at: string): string | null {
  const [host = ''] = at.split(':')
  const all = others(seen)
  const byName = all.find(({ name }) => name === host)?.name
  const byAddress = seen.evidence.containers.find(({ service, addresses = [] }) => service !== seen.service && addresses.includes(host))?.service
  return byName ?? byAddress ?? (all.length === 1 ? (all[0]?.name ?? null) : null)
}

export const upstreamTlsRules: Rule[] = [
  {
    id: 'upstream-speaks-no-tls',
    about: 'a proxy of the extension that speaks TLS to an upstream which answers in plain HTTP',
    find: (seen) => {
      const found = lastMatch(seen.log.split('\n'), plainAnswer)
      const at = found?.[1]
      const answered = probedDirectly(seen).some(({ status }) => status === 502)
      if (seen.trouble.reason !== 'app_error' || !answered || found === null || at === undefined) return null
      const name = serviceAt(seen, at)
      const port = /:(\d{1,5})$/.exec(at)?.[0] ?? ''
      const upstream = name === null ? at : `${name}${port}`
      return {
        clause: `because ${seen.service} speaks TLS to ${name ?? at}, which answers on ${port === '' ? 'that port' : `port ${port.slice(1)}`} in plain HTTP`,
        fix: `In ${ofConfig(seen)}, write \`proxy_pass http://${upstream}\` in place of \`proxy_pass https://${upstream}\`.`,
        evidence: [quote(found.input)],
        after: true,
        sure: true,
      }
    },
  },
]

function ofConfig(seen: Case): string {
  const config = configOf(seen)
  return config === 'its configuration' ? `the configuration of ${seen.service}` : config
}
