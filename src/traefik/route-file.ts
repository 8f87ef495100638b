import type { Config } from '../config.ts'
import type { Route } from '../deploy/ports.ts'
import { markOf } from '../deploy/record.ts'
import { checkRoute } from './route-grammar.ts'
import { entrypointOf, inside } from './static-config.ts'

/** Says which revision's router answered. Whatever the app sends by this name is overridden. */
export const markHeader = 'X-Torii-Revision'
/** Says that the proxy answered by itself, and with what. Whatever the app sends by this name is removed. */
export const proxyHeader = 'X-Torii-Proxy'
/** Opens the candidate route; removed before the app. */
export const candidateHeader = 'X-Torii-Candidate'

/** Names other proxies give to what they vouch for. Traefik removes the usual X-Forwarded-* and X-Real-Ip by itself (3.7.15). */
const vouchers = [
  'Forwarded',
  'X-User-Id',
  'X-User-Name',
  'X-User-Email',
  'X-User-Roles',
  'X-User-Groups',
  'X-Forwarded-User',
  'X-Forwarded-Email',
  'X-Forwarded-Groups',
]

type Parts = Record<string, object>

/** Name of a route's router in Traefik's API. */
export function routerName({ ref, kind, candidate, at }: Route): string {
  return `${kind}-${ref.deployment}-${ref.revision}${candidate === null ? '' : '-candidate'}${at === undefined ? '' : `-${at}`}`
}

/**
 * Traefik's dynamic configuration: all routes in one text. It is JSON, which is YAML too (Traefik reads it from a .yml only).
 * `leaf` is the certificate's fingerprint: a new one must change the text, or Traefik would not read it.
 */
export function routeFile(routes: Route[], { leaf, apiPort }: { leaf: string } & Pick<Config, 'apiPort'>): string {
  const routers: Parts = { slash: slashRouter }
  const services: Parts = { nobody: { loadBalancer: { servers: [] } }, torii: serviceOf([`http://127.0.0.1:${apiPort}`]) }
  const middlewares: Parts = shared()
  for (const route of routes) {
    const name = routerName(route)
    checkRoute(route)
    if (name in routers) throw new Error(`two routes are called ${name}`)
    routers[name] = routerOf(route)
    if (Array.isArray(route.to)) services[name] = serviceOf(route.to)
    middlewares[markName(route)] = mark(route)
    if (route.stripPrefix && route.kind === 'path') middlewares[stripName(route)] = { stripPrefix: { prefixes: [route.prefix] } }
  }
  return `# Written by Torii from its record. Certificate ${leaf}\n${JSON.stringify({ http: { routers, services, middlewares }, tls }, null, 1)}\n`
}

const pem = `${inside.leaf}/leaf.pem`
const certificate = { certFile: pem, keyFile: pem }
const tls = { certificates: [certificate], stores: { default: { defaultCertificate: certificate } } }

function routerOf(route: Route): object {
  return {
    entryPoints: [entrypoint(route)],
    rule: guarded(route, ruleOf(route)),
    priority: route.candidate === null ? 10 : 20,
    middlewares: middlewaresOf(route),
    service: Array.isArray(route.to) ? routerName(route) : 'nobody',
    tls: {},
  }
}

/**
 * A bare prefix leads to its slash, or the app's relative links would miss. One router for all, so the table is never empty: for an
 * empty one Traefik refuses the whole file, and the last routes would stay ("routers cannot be a standalone element", 3.7.15).
 */
const slashRouter = {
  entryPoints: ['https'],
  rule: 'PathRegexp(`^/runtime/(apps|services|tools)/[0-9a-f-]{36}$`)',
  priority: 5,
  middlewares: ['redirected', 'slash'],
  service: 'nobody',
  tls: {},
}

function ruleOf(route: Route): string {
  if (route.kind === 'port') return 'PathPrefix(`/`)'
  // Without the slash it would match whatever only begins like the id.
  const below = `PathPrefix(\`${route.prefix}/\`)`
  return Array.isArray(route.to) ? below : `(Path(\`${route.prefix}\`) || ${below})`
}

function guarded(route: Route, rule: string): string {
  return route.candidate === null ? rule : `${rule} && Header(\`${candidateHeader}\`, \`${route.candidate}\`)`
}

function entrypoint(route: Route): string {
  return route.kind === 'path' ? 'https' : entrypointOf(route.port)
}

function middlewaresOf(route: Route): string[] {
  if (!Array.isArray(route.to)) return [markName(route), 'private', route.to]
  const strip = route.stripPrefix && route.kind === 'path'
  return [markName(route), 'clean', ...(strip ? [stripName(route)] : [])]
}

/** An empty value removes a header (Traefik 3.7.15). */
function mark(route: Route): object {
  return answers({ [markHeader]: markOf(route.ref), [proxyHeader]: Array.isArray(route.to) ? '' : route.to })
}

function answers(customResponseHeaders: Record<string, string>): object {
  return { headers: { customResponseHeaders } }
}

const nameOf = ({ ref }: Route): string => `${ref.deployment}-${ref.revision}`
const markName = (route: Route): string => `mark-${nameOf(route)}-${Array.isArray(route.to) ? 'app' : route.to}`
const stripName = (route: Route): string => `strip-${nameOf(route)}`

function serviceOf(addresses: string[]): object {
  return { loadBalancer: { servers: addresses.map((url) => ({ url })) } }
}

/** An empty service answers 503; the page takes the place of its body, never of its status. */
function shared(): Parts {
  const page = (name: string) => ({ errors: { status: ['503'], service: 'torii', query: `/pages/${name}` } })
  const slash = { redirectRegex: { regex: '^(https://[^/?#]+/[^?#]*[^/?#])(\\?.*)?$', replacement: '$1/$2' } }
  const withheld = [candidateHeader, ...vouchers]
  return {
    starting: page('starting'),
    stopped: page('stopped'),
    slash,
    redirected: answers({ [proxyHeader]: 'redirect' }),
    clean: without(withheld),
    // The pages' server is ours: what users tell an app in secret is none of its business.
    private: without([...withheld, 'Authorization', 'Cookie']),
  }
}

function without(names: string[]): object {
  return { headers: { customRequestHeaders: Object.fromEntries(names.map((name) => [name, ''])) } }
}
