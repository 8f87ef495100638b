import type { ContainerEvidence } from '../record.ts'
import { answerLines, statusOf } from './asked.ts'
import { type Case, finalLines } from './case.ts'
import { commandWords } from './command-words.ts'
import { others } from './host-names.ts'
import { configOf } from './proxy-config.ts'
import { lineWith, quote, type Rule } from './rule.ts'
import { withoutAccess } from './said.ts'

/** Those that send the name of their upstream as the host where nothing else is said; Caddy, Traefik and HAProxy send what they were sent. */
const keepsHost: Record<string, string> = {
  nginx: 'in the `location` with `proxy_pass`, write `proxy_set_header Host $host;`',
  apache2: 'beside `ProxyPass`, write `ProxyPreserveHost On`',
  httpd: 'beside `ProxyPass`, write `ProxyPreserveHost On`',
}

/** Which of them it is. */
function proxyIn(seen: Case): string | null {
  const runs = [...(seen.seen?.processes ?? []), ...commandWords(seen)].join('\n')
  return /(?<![\w.-])(nginx|apache2|httpd)\b/.exec(runs)?.[1] ?? null
}

/** Django 5, which quotes the host that it was sent. */
const refusedHost = /Invalid HTTP_HOST header: '([\w.-]{1,100}(?::\d{1,5})?)'/

/** Of the services behind, who refuses what name, by its own words. */
function refusedBehind(seen: Case): { by: ContainerEvidence; host: string; sure: boolean } | null {
  const names = new Set(others(seen).map(({ name }) => name))
  for (const by of seen.evidence.containers.filter(({ service }) => names.has(service))) {
    const host = refusedHost.exec(by.logs.split('\n').findLast((line) => refusedHost.test(line)) ?? '')?.[1]
    if (host !== undefined && names.has(host.replace(/:\d+$/, '')))
      return { by, host, sure: finalLines(withoutAccess({ seen: by })).some((line) => line.includes(`'${host}'`)) }
  }
  return null
}

/** Where the routed service passes requests on, what goes wrong is said by whom it passes them to. */
export const behindProxyRules: Rule[] = [
  {
    id: 'proxy-sends-own-host',
    about: 'a proxy of the extension that sends the name of its upstream as the host, which the app behind refuses',
    find: (seen) => {
      const proxy = proxyIn(seen)
      const refused = seen.trouble.reason === 'app_status' && statusOf(seen) === 400 && proxy !== null ? refusedBehind(seen) : null
      if (proxy === null || refused === null) return null
      const { by, host, sure } = refused
      const config = configOf(seen)
      return {
        clause: `because ${seen.service} (${proxy}) passes requests on to ${by.service} with \`${host}\` as the host, which ${by.service} refuses`,
        fix: `In ${config === 'its configuration' ? `the configuration of ${seen.service}` : config}, ${keepsHost[proxy]}.`,
        evidence: [`${by.service} says: ${quote(lineWith(by.logs, refusedHost))}`, ...answerLines(seen)],
        after: true,
        sure,
        ...(!sure && { tellsApart: `whether ${by.service} says so again when it is asked: \`torii logs ${seen.name} ${by.service}\`` }),
      }
    },
  },
]
