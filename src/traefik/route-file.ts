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
const vouchers = ['Forwarded', 'X-User-Id', 'X-User-Name', 'X-User-Email', 'X-User-Roles', 'X-User-Groups', 'X-Forwarded-User', 'X-Forwarded-Email', 'X-Forwarded-Groups']

type Parts = Record<string, object>

/** Name of a route's router in Traefik's API. */
export function routerName({ ref, kind, candidate }: Route): string {
  return `${kind}-${ref.deployment}-${ref.revision}${candidate === null ? '' : '-candidate'}`
}

/**
 * Traefik's dynamic configuration: all routes in one text. It is JSON, which is YAML too (Traefik reads it from a .yml only).
 * `leaf` is the certificate's fingerprint: a new one must change the text, or Traefik would not read it.
 */
export function routeFile(routes: Route[], { leaf, apiPort }: { leaf: string } & Pick<Config, 'apiPort'>): string {
  const routers: Parts = {}
  const services: Parts = { nobody: { loadBalancer: { servers: [] } }, torii: serviceOf([`http://127.0.0.1:${apiPort}`]) }
  const middlewares: Parts = shared()
  for (const route of routes) {
    const name = routerName(route)
    checkRoute(route)
    if (name in routers) throw new Error(`two routes are called ${name}`)
    routers[name] = routerOf(route)
    if (slashed(route)) routers[`${name}-slash`] = slashRouterOf(route)
    if (Array.isArray(route.to)) services[name] = serviceOf(route.to)
    for (const answer of answersOf(route)) middlewares[markName(route, answer)] = mark(route, answer)
    if (route.stripPrefix && route.kind === 'path') middlewares[stripName(route)] = { stripPrefix: { prefixes: [route.prefix] } }
  }
  return `# Written by Torii from its record. Certificate ${leaf}\n${JSON.stringify({ http: { ...some(routers), services, middlewares }, tls }, null, 1)}\n`
}

/** Traefik refuses the whole file for an empty table, and the last routes would stay: "routers cannot be a standalone element" (3.7.15). */
function some(routers: Parts): { routers?: Parts } {
  return Object.keys(routers).length === 0 ? {} : { routers }
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

/** The bare prefix leads to its slash, or the app's relative links would miss. */
function slashRouterOf(route: Route): object {
  const middlewares = [markName(route, 'redirect'), 'slash']
  return { ...routerOf(route), rule: guarded(route, `Path(\`${route.prefix}\`)`), middlewares, service: 'nobody' }
}

function slashed(route: Route): boolean {
  return route.kind === 'path' && Array.isArray(route.to)
}

function ruleOf(route: Route): string {
  if (route.kind === 'port') return 'PathPrefix(`/`)'
  // Without the slash it would match whatever only begins like the id.
  const below = `PathPrefix(\`${route.prefix}/\`)`
  return slashed(route) ? below : `(Path(\`${route.prefix}\`) || ${below})`
}

function guarded(route: Route, rule: string): string {
  return route.candidate === null ? rule : `${rule} && Header(\`${candidateHeader}\`, \`${route.candidate}\`)`
}

function entrypoint(route: Route): string {
  return route.kind === 'path' ? 'https' : entrypointOf(route.port)
}

function middlewaresOf(route: Route): string[] {
  if (!Array.isArray(route.to)) return [markName(route, route.to), 'private', route.to]
  const strip = route.stripPrefix && route.kind === 'path'
  return [markName(route, 'app'), 'clean', ...(strip ? [stripName(route)] : [])]
}

type Answer = 'app' | 'redirect' | 'starting' | 'stopped'

function answersOf(route: Route): Answer[] {
  if (!Array.isArray(route.to)) return [route.to]
  return slashed(route) ? ['app', 'redirect'] : ['app']
}

/** An empty value removes a header (Traefik 3.7.15). */
function mark(route: Route, answer: Answer): object {
  return { headers: { customResponseHeaders: { [markHeader]: markOf(route.ref), [proxyHeader]: answer === 'app' ? '' : answer } } }
}

const markName = (route: Route, answer: Answer): string => `mark-${route.ref.deployment}-${route.ref.revision}-${answer}`
const stripName = (route: Route): string => `strip-${route.ref.deployment}-${route.ref.revision}`

function serviceOf(addresses: string[]): object {
  return { loadBalancer: { servers: addresses.map((url) => ({ url })) } }
}

/** An empty service answers 503; the page takes the place of its body, never of its status. */
function shared(): Parts {
  const page = (name: string) => ({ errors: { status: ['503'], service: 'torii', query: `/pages/${name}` } })
  const slash = { redirectRegex: { regex: '^(https://[^/?#]+/[^?#]*[^/?#])(\\?.*)?$', replacement: '${1}/${2}' } }
  const withheld = [candidateHeader, ...vouchers]
  return {
    starting: page('starting'),
    stopped: page('stopped'),
    slash,
    clean: without(withheld),
    // The pages' server is ours: what users tell an app in secret is none of its business.
    private: without([...withheld, 'Authorization', 'Cookie']),
  }
}

function without(names: string[]): object {
  return { headers: { customRequestHeaders: Object.fromEntries(names.map((name) => [name, ''])) } }
}
