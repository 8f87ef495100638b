import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Route } from '../../../src/deploy/ports.ts'
import { routeFile, routerName } from '../../../src/traefik/route-file.ts'

const id = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
const secret = '0123456789abcdef'.repeat(2)
const settings = { leaf: 'ab12', apiPort: 8480 }

const aPortRoute = (change: Partial<Route> = {}): Route => ({
  ref: { deployment: id, revision: 3 },
  kind: 'port',
  port: 61100,
  prefix: '',
  stripPrefix: false,
  to: ['http://10.213.0.18:8000'],
  candidate: null,
  ...change,
})
const aPathRoute = (change: Partial<Route> = {}): Route => aPortRoute({ kind: 'path', port: 8443, prefix: `/runtime/apps/${id}`, stripPrefix: true, ...change })
const fileOf = (...routes: Route[]) => parse(routeFile(routes, settings))

describe('what each route becomes', () => {
  const bare = `Path(\`/runtime/apps/${id}\`)`
  const below = `PathPrefix(\`/runtime/apps/${id}/\`)`
  const guard = `Header(\`X-Torii-Candidate\`, \`${secret}\`)`
  const mark = `mark-${id}-3`
  const cases: [string, Route, object][] = [
    [
      'a port',
      aPortRoute(),
      { entryPoints: ['p61100'], rule: 'PathPrefix(`/`)', priority: 10, middlewares: [`${mark}-app`, 'clean'], service: `port-${id}-3` },
    ],
    [
      'a path',
      aPathRoute(),
      { entryPoints: ['https'], rule: below, priority: 10, middlewares: [`${mark}-app`, 'clean', `strip-${id}-3`], service: `path-${id}-3` },
    ],
    ['a path that keeps its prefix', aPathRoute({ stripPrefix: false }), { rule: below, middlewares: [`${mark}-app`, 'clean'] }],
    ['a candidate port', aPortRoute({ candidate: secret }), { rule: `PathPrefix(\`/\`) && ${guard}`, priority: 20, service: `port-${id}-3-candidate` }],
    ['a candidate path', aPathRoute({ candidate: secret }), { rule: `${below} && ${guard}`, priority: 20 }],
    [
      'a starting port',
      aPortRoute({ to: 'starting' }),
      { rule: 'PathPrefix(`/`)', middlewares: [`${mark}-starting`, 'private', 'starting'], service: 'nobody' },
    ],
    [
      'a stopped path',
      aPathRoute({ to: 'stopped' }),
      { rule: `(${bare} || ${below})`, middlewares: [`${mark}-stopped`, 'private', 'stopped'], service: 'nobody' },
    ],
  ]

  test.each(cases)('%s', (_, route, router) => {
    expect(fileOf(route).http.routers[routerName(route)]).toMatchObject({ ...router, tls: {} })
  })
})

test('each answer is marked with its revision, and says whether it is the proxy’s own', () => {
  const { middlewares } = fileOf(aPortRoute(), aPortRoute({ ref: { deployment: id, revision: 4 }, to: 'starting' })).http

  expect(middlewares[`mark-${id}-3-app`].headers.customResponseHeaders).toEqual({ 'X-Torii-Revision': `${id}/3`, 'X-Torii-Proxy': '' })
  expect(middlewares[`mark-${id}-4-starting`].headers.customResponseHeaders).toEqual({ 'X-Torii-Revision': `${id}/4`, 'X-Torii-Proxy': 'starting' })
})

test('the secret is taken away before the app, and users’ secrets before our pages', () => {
  const { clean, private: kept } = fileOf(aPortRoute()).http.middlewares

  expect(clean.headers.customRequestHeaders).toMatchObject({ 'X-Torii-Candidate': '', Forwarded: '' })
  expect(clean.headers.customRequestHeaders).not.toHaveProperty('Authorization')
  expect(kept.headers.customRequestHeaders).toMatchObject({ 'X-Torii-Candidate': '', Authorization: '', Cookie: '' })
})

test('pages come from the control plane for a 503 alone', () => {
  const { middlewares, services } = fileOf().http

  expect(middlewares.starting).toEqual({ errors: { status: ['503'], service: 'torii', query: '/pages/starting' } })
  expect(services.torii).toEqual({ loadBalancer: { servers: [{ url: 'http://127.0.0.1:8480' }] } })
})

test('a bare prefix leads to its slash where no page of ours stands', () => {
  expect(fileOf().http.routers.slash).toMatchObject({
    rule: 'PathRegexp(`^/runtime/(apps|services|tools)/[0-9a-f-]{36}$`)',
    priority: 5,
    middlewares: ['redirected', 'slash'],
  })
})

test('the table of routers is never empty, which Traefik would refuse', () => {
  expect(Object.keys(fileOf().http.routers)).toHaveLength(1)
  expect(fileOf().tls.stores.default.defaultCertificate).toEqual({ certFile: '/torii/leaf/leaf.pem', keyFile: '/torii/leaf/leaf.pem' })
})

test('a new certificate makes a new text', () => {
  expect(routeFile([], settings)).not.toBe(routeFile([], { ...settings, leaf: 'cd34' }))
})

describe('what is not ours never gets into the file', () => {
  const foreign: [string, Route][] = [
    ['a template as the id', aPortRoute({ ref: { deployment: '{{ env "HOME" }}', revision: 1 } })],
    ['an id in capitals', aPortRoute({ ref: { deployment: id.toUpperCase(), revision: 1 } })],
    ['an id with a line after it', aPortRoute({ ref: { deployment: `${id}\n`, revision: 1 } })],
    ['a revision that is no number', aPortRoute({ ref: { deployment: id, revision: Number.NaN } })],
    ['revision 0', aPortRoute({ ref: { deployment: id, revision: 0 } })],
    ['a port beyond the last', aPortRoute({ port: 65_536 })],
    ['a half port', aPortRoute({ port: 80.5 })],
    ['a prefix on a port', aPortRoute({ prefix: '/x' })],
    ['no prefix on a path', aPathRoute({ prefix: '' })],
    ['a prefix of another kind', aPathRoute({ prefix: `/runtime/others/${id}` })],
    ['a prefix of another deployment', aPathRoute({ prefix: '/runtime/apps/00000000-8b86-4d01-b42d-00cf4fc964ff' })],
    ['a prefix that ends a rule', aPathRoute({ prefix: `/runtime/apps/${id}\`) || PathPrefix(\`/` })],
    ['a secret that ends a rule', aPortRoute({ candidate: '`) || PathPrefix(`/' })],
    ['a short secret', aPortRoute({ candidate: 'abc' })],
    ['a host name as the address', aPortRoute({ to: ['http://db:8000'] })],
    ['another scheme', aPortRoute({ to: ['file:///etc/passwd'] })],
    ['a path after the address', aPortRoute({ to: ['http://10.0.0.1:80/admin'] })],
    ['no IPv4 address', aPortRoute({ to: ['http://10.0.0.256:80'] })],
    ['a page of no name', aPortRoute({ to: 'other' as 'starting' })],
  ]

  test.each(foreign)('%s', (_, route) => {
    expect(() => routeFile([route], settings)).toThrow(/of a route/)
  })

  test('a secret is not told by the error', () => {
    expect(() => routeFile([aPortRoute({ candidate: 'SECRET`' })], settings)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('SECRET') }),
    )
  })

  test('the same route twice', () => {
    expect(() => routeFile([aPortRoute(), aPortRoute({ port: 61101 })], settings)).toThrow('two routes')
  })
})
