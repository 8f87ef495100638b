import { isOfRoute } from '../of-route.ts'
import type { PlannedService } from '../plan.ts'
import { listed } from '../words.ts'
import { answerLines, direct, givesNoAnswer, probedDirectly } from './asked.ts'
import { type Case, openPorts, otherPort, socketLines } from './case.ts'
import { quote, type Rule, write } from './rule.ts'

/** Servers that speak a protocol of their own on these ports. */
const storePorts = new Set([1433, 3306, 5432, 5672, 6379, 9042, 9092, 11211, 2181, 27017])
const storeImage =
  /(?:^|\/)(?:postgres|postgis|timescaledb|pgvector|mysql|mariadb|percona|redis|valkey|keydb|mongo|rabbitmq|memcached|kafka|zookeeper|nats|cassandra)\b/
const storeName = /^(?:db|database|postgres|mysql|mariadb|redis|valkey|cache|mongo|queue|broker|rabbitmq|kafka|memcached)$/i
const webName = /^(?:web|www|site|app|front|ui|api|server|backend|gateway|nginx|caddy|proxy|dashboard|admin)/i

const isStore = ({ name, image }: PlannedService) => storeName.test(name) || storeImage.test(image)

/** Asked directly it never says HTTP, nor takes a handshake. */
function saysNoHttp(seen: Case): boolean {
  const asked = probedDirectly(seen)
  return (
    asked.length > 0 &&
    asked.every(({ status, failed, tls }) => status === null && tls !== true && (failed === 'closed' || failed === 'no_http' || failed === 'timeout'))
  )
}

const saidTls = /plain HTTP request was sent to HTTPS|Client sent an HTTP request to an HTTPS server|requires TLS|speaking plain HTTP to an SSL/i

/** Rules for a port that speaks something else than HTTP. */
export const speakRules: Rule[] = [
  {
    id: 'speaks-https',
    about: 'an app that speaks HTTPS itself where the proxy sends HTTP',
    find: (seen) => {
      const asked = direct(seen)
      const handshake = asked.some(({ tls }) => tls === true)
      const port = seen.revision.plan?.route?.port
      if (!isOfRoute(seen.trouble) || !(handshake || asked.some(({ body, detail }) => saidTls.test(`${body} ${detail}`)))) return null
      const other = otherPort(seen)
      return {
        clause: `${seen.service} speaks HTTPS on port ${port}, and the proxy speaks HTTP to it`,
        fix: `Let ${seen.service} speak plain HTTP on port ${port}: TLS ends at the proxy${other === 'N' ? '' : `; or route to its other port: ${write(seen.service, '', `x-torii: {port: ${other}}`)}`}.`,
        evidence: [...answerLines(seen), ...(handshake ? [`a TLS handshake with port ${port} succeeds`] : [])],
        ...givesNoAnswer(seen),
        sure: true,
      }
    },
  },
  {
    id: 'wrong-service-routed',
    about: 'routes that lead to a database or its like, while another service of the extension could be the web server',
    find: (seen) => {
      const { planned, revision } = seen
      const port = revision.plan?.route?.port ?? 0
      if (!isOfRoute(seen.trouble) || planned === null || revision.plan?.route?.service !== planned.name || !saysNoHttp(seen)) return null
      const others = revision.plan.services.filter((each) => each.name !== planned.name && each.hasPort && !each.oneshot && !isStore(each))
      const best = others.find(({ name }) => webName.test(name)) ?? others[0]
      const store = isStore(planned) || storePorts.has(port)
      if (best === undefined || !store) return null
      return {
        clause: `the public address leads to ${planned.name}, which speaks no HTTP on port ${port}, while ${listed(others.map(({ name }) => name))} could be meant`,
        fix: `${write(best.name, '', 'x-torii: {primary: true}')}.`,
        evidence: [...answerLines(seen), ...socketLines(seen), `other services with a port: ${listed(others.map(({ name }) => name))}`],
        ...givesNoAnswer(seen),
        sure: true,
      }
    },
  },
  {
    id: 'speaks-no-http',
    about: 'a port that answers something that is no HTTP',
    find: (seen) => {
      const asked = probedDirectly(seen)
      const port = seen.revision.plan?.route?.port
      if (!isOfRoute(seen.trouble) || asked.length === 0 || !asked.every(({ failed, tls }) => failed === 'no_http' && tls !== true)) return null
      const others = openPorts(seen.sockets).filter((each) => each !== port)
      const list =
        others.length === 0
          ? [write(seen.service, '', 'x-torii: {port: N}')]
          : others.slice(0, 3).map((each) => write(seen.service, '', `x-torii: {port: ${each}}`))
      return {
        clause: `what ${seen.service} sends on port ${port} is no HTTP`,
        fix: `Route to the port of ${seen.service} that speaks HTTP: ${list.join('; or ')}.`,
        evidence: [...answerLines(seen), ...socketLines(seen), ...asked.slice(0, 1).map(({ detail }) => quote(detail))],
        ...givesNoAnswer(seen),
        sure: true,
      }
    },
  },
]
