import { describe, expect, test } from 'vitest'
import type { Settings } from '../../../src/deploy/plan.ts'
import type { Route } from '../../../src/deploy/ports.ts'
import type { Deployment, Revision } from '../../../src/deploy/record.ts'
import { publishedRoutes, routesOf } from '../../../src/deploy/routes.ts'
import { aDeployment, aPlan, aRevision, aSource, plainSettings } from './makers.ts'

const proxy = { httpsPort: 8443, url: ({ kind, port, prefix }: Pick<Route, 'kind' | 'port' | 'prefix'>) => `${kind} ${port}${prefix}/` }

const old = aRevision({ revision: 1, state: 'DEPLOYED', backends: ['http://old:80'] })
const coming = aRevision({ revision: 2, backends: [] })
const candidate = { ...coming, candidate: 'secret', backends: ['http://new:80'] }
const opened = { ...candidate, candidate: null }

/** Each route in a word: kind, revision, where it leads, and the secret. */
function routes(deployment: Partial<Deployment>, ...revisions: Revision[]): string[] {
  const all = routesOf(aDeployment(deployment), revisions, proxy)
  return all.map(({ kind, ref, to, candidate }) => `${kind} r${ref.revision} ${[to].flat().join()}${candidate === null ? '' : ` for ${candidate}`}`)
}

describe('where a deployment’s addresses lead', () => {
  test.each<[string, Partial<Deployment>, Revision[], string[]]>([
    ['nothing there', {}, [], []],
    ['the first is coming: a page', {}, [{ ...coming, revision: 1 }], ['path r1 starting', 'port r1 starting']],
    ['before the images are there: a page of an app', {}, [{ ...coming, plan: null }], ['path r2 starting', 'port r2 starting']],
    [
      'the first is being probed: a page, and its own routes',
      {},
      [candidate],
      ['path r2 starting', 'port r2 starting', 'path r2 http://new:80 for secret', 'port r2 http://new:80 for secret'],
    ],
    ['it has a secret, but no address yet: only a page', {}, [{ ...candidate, backends: [] }], ['path r2 starting', 'port r2 starting']],
    [
      'the first is open',
      { open: 2 },
      [candidate],
      ['path r2 http://new:80', 'port r2 http://new:80', 'path r2 http://new:80 for secret', 'port r2 http://new:80 for secret'],
    ],
    ['one is live', { live: 1, open: 1 }, [old], ['path r1 http://old:80', 'port r1 http://old:80']],
    ['another is coming: the old one serves', { live: 1, open: 1 }, [old, coming], ['path r1 http://old:80', 'port r1 http://old:80']],
    [
      'another is being probed: the old one serves',
      { live: 1, open: 1 },
      [old, candidate],
      ['path r1 http://old:80', 'port r1 http://old:80', 'path r2 http://new:80 for secret', 'port r2 http://new:80 for secret'],
    ],
    ['another has taken over', { live: 2, open: 2 }, [old, { ...opened, state: 'DEPLOYED' }], ['path r2 http://new:80', 'port r2 http://new:80']],
    ['the old one made room: a page', { live: 1, open: null }, [old, coming], ['path r2 starting', 'port r2 starting']],
    ['the first has failed: nothing', { open: null }, [{ ...opened, state: 'FAILED' }], []],
    [
      'the second has failed: the old one serves',
      { live: 1, open: 1 },
      [old, { ...opened, state: 'FAILED' }],
      ['path r1 http://old:80', 'port r1 http://old:80'],
    ],
    ['the open one is removed already', { live: 1, open: 1 }, [], []],
    ['it is being removed', { wanted: 'removed', live: 1, open: null }, [old], []],
    ['it is being removed with its volumes, still open', { wanted: 'removed_with_volumes', live: 1, open: 1 }, [old, candidate], []],
  ])('%s', (_, deployment, revisions, expected) => {
    expect(routes(deployment, ...revisions)).toEqual(expected)
  })
})

describe('a stopped deployment', () => {
  const stopped = { wanted: 'stopped', live: 1, open: null } as const
  const page = ['path r1 stopped', 'port r1 stopped']

  test.each<[string, Partial<Deployment>, Revision[], string[]]>([
    ['says so', stopped, [old], page],
    ['says so while another revision comes', stopped, [old, coming], page],
    ['says so while another revision is probed', stopped, [old, candidate], [...page, 'path r2 http://new:80 for secret', 'port r2 http://new:80 for secret']],
    [
      'leads to the revision that was opened since',
      { ...stopped, open: 2 },
      [old, candidate],
      ['path r2 http://new:80', 'port r2 http://new:80', 'path r2 http://new:80 for secret', 'port r2 http://new:80 for secret'],
    ],
    ['that never served has no address', { ...stopped, live: null }, [{ ...old, state: 'FAILED' }], []],
  ])('%s', (_, deployment, revisions, expected) => {
    expect(routes(deployment, ...revisions)).toEqual(expected)
  })
})

describe('what an extension publishes (readings 3 and 4)', () => {
  const withSettings = (settings: Partial<Settings>, change: Partial<Revision> = {}) =>
    aRevision({ source: aSource({ settings: { ...plainSettings, ...settings } }), ...change })

  test.each<[string, Revision, string[]]>([
    ['both, by default', withSettings({}), ['path 8443/runtime/apps/a/', 'port 61100/']],
    ['the path only', withSettings({ routing: 'path' }, { port: null }), ['path 8443/runtime/apps/a/']],
    ['the port only', withSettings({ routing: 'port' }), ['port 61100/']],
    ['no port where it has none', withSettings({ routing: 'both' }, { port: null }), ['path 8443/runtime/apps/a/']],
    ['a tool’s path', withSettings({}, { source: aSource({ kind: 'tool' }) }), ['path 8443/runtime/tools/a/', 'port 61100/']],
    ['a service’s path', withSettings({}, { source: aSource({ kind: 'service' }) }), ['path 8443/runtime/services/a/', 'port 61100/']],
    ['nothing where there is nothing to route to', withSettings({}, { plan: aPlan({ route: null }) }), []],
    ['before the plan is made, what it will publish', withSettings({}, { plan: null }), ['path 8443/runtime/apps/a/', 'port 61100/']],
  ])('%s', (_, revision, urls) => {
    expect(publishedRoutes(revision, proxy).map(({ url }) => url)).toEqual(urls)
  })

  test.each([
    ['strips the prefix of a path route', true, [true, false]],
    ['strips nothing where the app wants its prefix', false, [false, false]],
  ])('%s', (_, stripPathPrefix, expected) => {
    const revision = withSettings({ stripPathPrefix }, { backends: ['http://new:80'] })

    expect(routesOf(aDeployment({ open: 1 }), [revision], proxy).map(({ stripPrefix }) => stripPrefix)).toEqual(expected)
  })

  test('a tool gets no page before it is known to have a route', () => {
    expect(routes({}, aRevision({ plan: null, source: aSource({ kind: 'tool' }) }))).toEqual([])
  })

  test.each([null, 1])('what has nothing to route to has no route, open (%s) or not', (open) => {
    expect(routes({ open, live: open }, aRevision({ plan: aPlan({ route: null }) }))).toEqual([])
    expect(routes({ open, live: open, wanted: 'stopped' }, aRevision({ state: 'DEPLOYED', plan: aPlan({ route: null }) }))).toEqual([])
  })
})
