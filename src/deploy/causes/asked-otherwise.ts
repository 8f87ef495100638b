import { isOfRoute } from '../of-route.ts'
import { lastLineOf, listed } from '../words.ts'
import { answerLines, direct, givesNoAnswer, pathOf, portIn, probed, probedDirectly, refusesTheProxied, statusOf, works } from './asked.ts'
import { type Case, ending, finalLines, isRefused } from './case.ts'
import { answerToCheck } from './check-heard.ts'
import { wantsHost } from './exit-hosts.ts'
import { alsoWrite, meantBy, renamed } from './host-names.ts'
import { configOf } from './proxy-config.ts'
import { lineWith, quote, type Rule, write } from './rule.ts'

/** What frameworks say of one request that was refused for its host; what they say of the setting at their start is none of it. */
const hostWords = /Invalid HTTP_HOST header|DisallowedHost|This host .{0,60}is not allowed|Blocked (?:host|request)|Invalid host header|untrusted domain/i
const hostVariable = /(?:ALLOWED|TRUSTED)_(?:HOSTS?|DOMAINS?)$/i
const forHosts = [400, 403, 421]

/** Where each of them writes it. */
const byFramework: { words: RegExp; write: string }[] = [
  { words: /Invalid HTTP_HOST header|DisallowedHost|\bdjango\b|\bALLOWED_HOSTS\b/, write: 'in its settings.py, write `ALLOWED_HOSTS = ["*"]`' },
  {
    words: /server\.allowedHosts|preview\.allowedHosts|\bvite\b/i,
    write: 'in its vite.config.js, write `server: {allowedHosts: true}` (for `vite preview`: `preview: {allowedHosts: true}`)',
  },
  { words: /Blocked hosts?:|ActionDispatch::HostAuthorization|\b(?:puma|rails)\b/, write: 'in its config/environments, write `config.hosts.clear`' },
  { words: /Invalid Host header|webpack/, write: 'in the `devServer` of its webpack configuration, write `allowedHosts: "all"`' },
  { words: /untrusted domain/i, write: 'in its configuration, set `trusted_domains` to `*` (Nextcloud: `NEXTCLOUD_TRUSTED_DOMAINS`)' },
]

const listsAll = (value: string) => value.split(/[\s,]+/).some((each) => each.replace(/["'[\]]/g, '') === '*')

/** Its variable for hosts, and whether all are allowed there already. */
function hostVariableOf({ seen }: Pick<Case, 'seen'>): { name: string; all: boolean } | null {
  const found = Object.entries(seen?.facts?.settings ?? {}).find(([name]) => hostVariable.test(name))
  return found === undefined ? null : { name: found[0], all: listsAll(found[1]) }
}

function anyHost(seen: Case, words = ''): string {
  const { service } = seen
  const variable = hostVariableOf(seen)
  if (variable?.all === false) return `${write(service, 'environment:', `${variable.name}: "*"`)}: the proxy has checked the host already.`
  const runs = [words, ...(seen.seen?.processes ?? []), ...(seen.seen?.facts?.command ?? [])].join('\n')
  const known = byFramework.find((each) => each.words.test(words)) ?? byFramework.find((each) => each.words.test(runs))
  const unread = variable === null ? '' : ` (its variable ${variable.name} says \`*\` already, so it is not what decides)`
  if (known !== undefined) return `Let ${service} accept any host, as the proxy has checked it${unread}: ${known.write}.`
  return `Let ${service} accept any host, as the proxy has checked it${unread}: Django \`ALLOWED_HOSTS = ["*"]\`, Vite \`server.allowedHosts: true\`, Rails \`config.hosts.clear\`, Starlette \`TrustedHostMiddleware(allowed_hosts=["*"])\`.`
}

/** Its own check, which calls it `localhost`, is answered well, and the same question with its address as the host is refused. */
function takesLocalhostOnly(seen: Case, status: number): boolean {
  const named = seen.target !== null && /^(localhost|127\.|\[?::1)/.test(seen.target.host)
  return named && seen.seen?.health === 'healthy' && answerToCheck(seen)?.status === status
}

/** nginx, Go programs, and whoever names a URL in the line that says why it failed. */
const upstreams = /upstream: "([^"]{1,200})"|dial tcp:? (?:lookup )?([\w.-]{1,100}(?::\d+)?)/

/** The last line that says whom it could not reach. */
function upstreamIn(said: string): { upstream: string | null; line: string } {
  const failing = (line: string) => upstreams.test(line) || ((isRefused(line) || wantsHost.test(line)) && /\bhttps?:\/\//.test(line))
  // Once nginx has given all addresses of a name up it names no port any more: "no live upstreams".
  const lines = said.split('\n').filter(failing)
  const line = lines.findLast((each) => !/no live upstreams/.test(each)) ?? lines.at(-1) ?? ''
  const known = upstreams.exec(line)
  return { upstream: known?.[1] ?? known?.[2] ?? /\bhttps?:\/\/[^\s"'<>]{1,200}/.exec(line)?.[0].replace(/[:;,.)\]]+$/, '') ?? null, line }
}

function hostOf(upstream: string): string {
  return upstream.replace(/^\w+:\/\//, '').split(/[:/]/, 1)[0] ?? ''
}

export const askedOtherwiseRules: Rule[] = [
  {
    id: 'one-replica-differs',
    about: 'replicas of which some answer well and others do not',
    find: (seen) => {
      const asked = probedDirectly(seen)
      const bad = asked.filter((answer) => !works(answer))
      const good = asked.filter(works)
      const [first] = bad
      if (!isOfRoute(seen.trouble) || first === undefined || good.length === 0) return null
      const of = ({ url }: { url: string }) => seen.evidence.containers.find(({ addresses = [] }) => addresses.includes(new URL(url).hostname))
      const nameOf = (answer: { url: string }) => `${seen.service}/${of(answer)?.replica ?? new URL(answer.url).hostname}`
      const who = listed(bad.map(nameOf))
      const does = first.status === null ? `does not answer ${probed(seen)} (${quote(first.detail, 80)})` : `answers ${first.status} on ${probed(seen)}`
      const others = `${listed(good.map(nameOf))} ${good.length === 1 ? 'answers' : 'answer'} ${good[0]?.status}`
      const after = seen.trouble.reason === 'app_status'
      const last = lastLineOf(of(first)?.logs ?? '')
      return {
        clause: after ? `which only ${who} ${bad.length === 1 ? 'does' : 'do'}, while ${others}` : `${who} ${does}, while ${others}`,
        fix: `Correct what makes ${who} fail where the others work: they run the same image, so look at what one has and the others lack (a lock, a volume, a name), in its log (\`torii logs ${seen.name} ${seen.service}\`). Where it cannot run more than once: ${write(seen.service, 'deploy:', 'replicas: 1')}.`,
        evidence: [
          ...asked.map((answer) => `${nameOf(answer)}, asked directly, ${probed(seen)}: ${answer.status === null ? answer.detail : `HTTP ${answer.status}`}`),
          ...(last === '' ? [] : [`the last ${nameOf(first)} printed: ${quote(last)}`]),
        ],
        ...(!after && givesNoAnswer(seen)),
        sure: true,
        after,
      }
    },
  },
  {
    id: 'host-not-allowed',
    about: 'an app that answers only for the hosts it was told of',
    find: (seen) => {
      const status = statusOf(seen)
      const answered = direct(seen).some(({ body }) => hostWords.test(body) || /ALLOWED_HOSTS|allowedHosts/.test(body))
      const printed = lineWith(ending(seen), hostWords)
      if (!isOfRoute(seen.trouble) || status === null || !forHosts.includes(status)) return null
      const localOnly = takesLocalhostOnly(seen, status)
      if (!answered && printed === '' && !localOnly) return null
      const sure = answered || (localOnly && status !== 403) || finalLines(seen).some((line) => hostWords.test(line))
      return {
        clause: `because ${seen.service} answers only for hosts it was told of${localOnly ? ': its own check, which calls it localhost, is answered' : ''}`,
        fix: anyHost(
          seen,
          `${printed}\n${direct(seen)
            .map(({ body }) => body)
            .join('\n')}`,
        ),
        evidence: [...answerLines(seen), ...(printed === '' ? [] : [printed])],
        after: true,
        sure,
        ...(!sure && {
          tellsApart:
            printed === ''
              ? `whether ${seen.service} goes by the host or by the caller’s address`
              : `whether its log says so again when it is asked (${printed})`,
        }),
      }
    },
  },
  {
    id: 'proxied-refused',
    about: 'an app that answers well when it is asked directly, and badly through the proxy',
    find: (seen) => {
      const status = statusOf(seen)
      if (!['app_status', 'app_error'].includes(seen.trouble.reason) || status === null || !refusesTheProxied(seen)) return null
      const sure = forHosts.includes(status)
      return {
        clause: `while the same path answers ${probedDirectly(seen)[0]?.status} when ${seen.service} is asked directly: what differs is the host and the X-Forwarded- headers`,
        fix: `${anyHost(seen)} If it goes by X-Forwarded-Host, -Proto or -For, let it trust the proxy.`,
        evidence: answerLines(seen),
        after: true,
        sure,
        ...(!sure && { tellsApart: `what its log says when it is asked with another \`Host:\`: \`torii logs ${seen.name} ${seen.service}\`` }),
      }
    },
  },
  {
    id: 'every-path-refused',
    about: 'an app that refuses every path in the same way',
    find: (seen) => {
      const status = statusOf(seen)
      const asked = direct(seen)
      const paths = new Set(asked.map(pathOf))
      if (
        seen.trouble.reason !== 'app_status' ||
        (status !== 400 && status !== 421) ||
        hostVariableOf(seen)?.all === true ||
        paths.size < 2 ||
        !asked.every((answer) => answer.status === status)
      )
        return null
      return {
        clause: `because it answers only for hosts it was told of: every other path gets the same answer`,
        fix: anyHost(seen),
        evidence: answerLines(seen),
        after: true,
        sure: false,
        tellsApart: `what its log says when it is asked with \`Host: localhost\`: \`torii logs ${seen.name} ${seen.service}\``,
      }
    },
  },
  {
    id: 'upstream-fails',
    about: 'an app that is a proxy itself, and whose own upstream does not answer',
    find: (seen) => {
      const answer = probedDirectly(seen).find(({ status }) => status !== null && status >= 502 && status <= 504)
      if (seen.trouble.reason !== 'app_error' || answer === undefined) return null
      const { upstream, line } = upstreamIn(seen.log)
      const host = upstream === null ? null : hostOf(upstream)
      const names = (seen.revision.plan?.services ?? []).map(({ name }) => name)
      const port = Number(/:(\d{2,5})(?:\/|$)/.exec(upstream ?? '')?.[1] ?? 80)
      const meant = meantBy(seen, { port })
      const stranger = host !== null && !host.includes('.') && host !== 'localhost' && !names.includes(host) ? host : null
      const runs = [...(seen.seen?.processes ?? []), ...(seen.seen?.facts?.command ?? [])].join('\n')
      const proxies = /\b(nginx|traefik|caddy|haproxy|envoy|httpd|apache2|varnishd)\b/.exec(runs)?.[1] ?? null
      const words = /bad gateway|gateway time-?out|no available server|upstream/i.test(answer.body)
      if (upstream === null && proxies === null && !words) return null
      return {
        clause: `and so it does on port ${portIn(answer)} when it is asked directly: ${seen.service} passes requests on${proxies === null ? '' : ` (${proxies})`}, and ${upstream ?? 'what it passes them to'} does not answer${stranger === null ? '' : `: no service of the extension is called ${stranger}`}`,
        fix:
          stranger !== null
            ? `${renamed(seen, stranger)}: its services are called ${names.join(', ')}.`
            : meant !== null && host !== null && /^(?:localhost|127\.)/.test(host)
              ? `Let ${seen.service} pass requests on to \`${meant.name}:${port}\` instead of \`${host}:${port}\` (in ${configOf(seen)}): localhost is ${seen.service} itself. And ${alsoWrite(seen.service, 'depends_on:', `${meant.name}: {condition: service_started}`)}.`
              : `Let ${seen.service} pass requests on to where something listens${upstream === null ? '' : ` (now ${quote(upstream, 100)})`}: another service by its name and the port inside its container, and after \`depends_on: {that-service: {condition: service_healthy}}\`; localhost is ${seen.service} itself.`,
        evidence: [...answerLines(seen), ...(answer.body === '' ? [] : [`it answered: ${quote(answer.body, 100)}`]), ...(line === '' ? [] : [quote(line)])],
        after: true,
        sure: upstream !== null || words,
        ...(upstream === null && !words && { tellsApart: `what its log says of that request: \`torii logs ${seen.name} ${seen.service}\`` }),
      }
    },
  },
]
