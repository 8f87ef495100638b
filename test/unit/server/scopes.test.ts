import type { InjectOptions } from 'fastify'
import { describe, expect, test } from 'vitest'
import type { Scope } from '../../../src/deploy/access.ts'
import { covers, scopes } from '../../../src/deploy/access.ts'
import type { NewToken } from '../../../src/server/contract-access.ts'
import { demands } from '../../../src/server/demands.ts'
import type { Parts } from '../../../src/server/parts.ts'
import { createFakeUploads } from '../../fakes/uploads.ts'
import { aDeployment, anEvent, aView, id } from '../cli/makers.ts'
import { anApp, ask, type Built, type Changes } from './an-app.ts'
import { asked, routesOf } from './routes.ts'

/** Whom each route is for. A new one is written down here, and so is who thought about it. */
const table: Record<string, Scope | 'open'> = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /openapi.json': 'open',
  'GET /pages/starting': 'open',
  'GET /pages/stopped': 'open',
  'GET /api/v1/deployments': 'read',
  'GET /api/v1/deployments/:name': 'read',
  'GET /api/v1/deployments/:name/containers': 'read',
  'GET /api/v1/deployments/:name/health': 'read',
  'GET /api/v1/deployments/:name/logs': 'read',
  'GET /api/v1/deployments/:name/revisions': 'read',
  'GET /api/v1/deployments/:name/revisions/:revision': 'read',
  'GET /api/v1/deployments/:name/revisions/:revision/evidence': 'read',
  'GET /api/v1/events': 'read',
  'POST /api/v1/deployments': 'deploy',
  'DELETE /api/v1/deployments/:name': 'deploy',
  'POST /api/v1/deployments/:name/start': 'deploy',
  'POST /api/v1/deployments/:name/stop': 'deploy',
  'POST /api/v1/forecast': 'deploy',
  'POST /api/v1/policy/check': 'deploy',
  'POST /api/v1/suggest': 'deploy',
  'POST /api/v1/uploads': 'deploy',
  'DELETE /api/v1/uploads/:id': 'deploy',
  'GET /api/v1/system': 'admin',
  'POST /api/v1/system/ready': 'admin',
  'GET /api/v1/tokens': 'admin',
  'POST /api/v1/tokens': 'admin',
  'DELETE /api/v1/tokens/:token': 'admin',
  'GET /api/v1/audit': 'admin',
  'GET /api/v1/registries': 'admin',
  'POST /api/v1/registries': 'admin',
  'DELETE /api/v1/registries/:host': 'admin',
}

const theirs = { ...aDeployment({ name: 'team-b-shop' }), id: '22222222-2222-4222-8222-222222222222' }
const world = (): NonNullable<Changes['world']> => ({
  deployments: [aDeployment({ name: 'team-a-web' }), theirs],
  revisions: [aView({ deployment: { id, name: 'team-a-web', kind: 'app' } })],
  events: [
    anEvent(1, 1, { type: 'notice', text: 'ours' }),
    { ...anEvent(2, 2, { type: 'notice', text: 'theirs' }), deployment: theirs.id },
    anEvent(3, 3, { type: 'notice', text: 'ours too' }),
  ],
})

async function tokenOf(app: Built['app'], wish: { scope: Scope; names?: string[]; expiresIn?: number | null }): Promise<NewToken> {
  const answer = await ask(app, { method: 'POST', url: '/api/v1/tokens', payload: { name: `t-${crypto.randomUUID()}`, expiresIn: null, ...wish } })
  expect(answer.statusCode).toBe(201)
  return answer.json()
}

const by = ({ token }: Pick<NewToken, 'token'>, options: InjectOptions & { url: string }) => ({
  ...options,
  headers: { authorization: `Bearer ${token}`, ...options.headers },
})

test('every route is in the table of scopes, and nothing else is', async () => {
  expect((await routesOf()).toSorted()).toEqual(Object.keys(table).toSorted())
})

describe('a route that does not say whom it is for', () => {
  test('cannot be added', () => {
    expect(() => anApp().app.get('/leak', async () => 'everything')).toThrow('GET /leak does not say whom it is for')
  })

  test('cannot be added if it may change something and has no name in the audit trail', () => {
    expect(() => anApp().app.post('/change', demands('deploy'), async () => 'done')).toThrow('POST /change may change something')
  })
})

describe('whoever has no good token', () => {
  test.each([
    ['none', null, 'unauthorized'],
    ['a wrong one', 'wrong', 'unauthorized'],
    ['one whose id is right and whose secret is not', 'half', 'unauthorized'],
    ['one that has expired', 'expired', 'token_expired'],
    ['one that was revoked', 'revoked', 'token_revoked'],
  ])('%s: gets in nowhere, and learns nothing of what there is', async (_, which, reason) => {
    const { app, clock, controller } = anApp({ world: world() })
    const made = await tokenOf(app, { scope: 'admin', expiresIn: which === 'expired' ? 60 : null })
    if (which === 'revoked') await ask(app, { method: 'DELETE', url: `/api/v1/tokens/${made.made.id}` })
    await clock.advance(60_000)
    const token = which === 'wrong' ? 'x'.repeat(43) : which === 'half' ? `${made.token.slice(0, -1)}${made.token.endsWith('A') ? 'E' : 'A'}` : made.token
    const headers: Record<string, string> = which === null ? {} : { authorization: `Bearer ${token}` }
    const routes = [...Object.keys(table).filter((route) => table[route] !== 'open'), 'GET /nothing', 'GET /api/v1/nothing']

    const answers = await Promise.all(routes.map((route, at) => app.inject({ ...asked(route), headers, remoteAddress: `10.0.0.${at}` })))

    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([401]))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(answers[0]?.json().reason).toBe(reason)
    expect(controller.calls).toEqual([])
  })
})

test.each(scopes)('a token with the scope %s is let in where the table says so, and nowhere else', async (scope) => {
  const { app, controller } = anApp({ world: world(), makeReady: async () => {} })
  const token = await tokenOf(app, { scope })
  const demanding = Object.entries(table).filter(([, demanded]) => demanded !== 'open') as [string, Scope][]
  const refused = demanding.filter(([, demanded]) => !covers(scope, demanded))

  const refusals = await Promise.all(refused.map(([route]) => app.inject(by(token, asked(route, 'team-a-web')))))
  const calls = controller.calls.length
  const others = await Promise.all(demanding.filter((each) => !refused.includes(each)).map(([route]) => app.inject(by(token, asked(route, 'team-a-web')))))

  for (const answer of refusals) expect([answer.statusCode, answer.json().reason]).toEqual([403, 'scope_missing'])
  expect(calls).toBe(0)
  expect(others.map((answer) => answer.statusCode).filter((status) => status === 401 || status === 403)).toEqual([])
})

describe('a token for the names of one owner', () => {
  const ours = (app: Built['app'], scope: Scope = 'deploy') => tokenOf(app, { scope, names: ['team-a-*'] })

  test.each(Object.keys(table).filter((route) => route.includes(':name')))('%s of another owner is answered as if it were not there', async (route) => {
    const { app, controller } = anApp({ world: world() })
    const token = await ours(app)

    const [byName, byId, nobody] = [
      await app.inject(by(token, asked(route, 'team-b-shop'))),
      await app.inject(by(token, asked(route, theirs.id))),
      await app.inject(by(token, asked(route, 'team-b-nobody'))),
    ]

    const plain = (answer: typeof byName, name: string) => [answer.statusCode, answer.body.replaceAll(name, 'NAME').replace(/"at":"[^"]*"/, '')]
    expect(nobody.statusCode).toBe(404)
    expect(plain(byName, 'team-b-shop')).toEqual(plain(nobody, 'team-b-nobody'))
    expect(plain(byId, theirs.id)).toEqual(plain(nobody, 'team-b-nobody'))
    expect(controller.calls).toEqual([])
  })

  test.each(Object.keys(table).filter((route) => route.includes(':name')))('%s of its own is answered', async (route) => {
    const { app, controller } = anApp({ world: world() })
    const token = await ours(app)

    await app.inject(by(token, asked(route, 'team-a-web')))

    expect(controller.calls.length).toBe(1)
  })

  test('lists have what it may know of', async () => {
    const { app } = anApp({ world: world() })

    const answer = await app.inject(by(await ours(app, 'read'), { url: '/api/v1/deployments' }))

    expect(answer.json().deployments.map(({ name }: { name: string }) => name)).toEqual(['team-a-web'])
  })

  test('events are those of its own, also where a whole page is of others', async () => {
    const { app } = anApp({ world: world(), limits: { page: 1 } })
    const token = await ours(app, 'read')
    const eventsAfter = async (after: number) => {
      const answer = await app.inject(by(token, { url: `/api/v1/events?after=${after}` }))
      return answer.json().events.map(({ id }: { id: number }) => id)
    }

    expect([await eventsAfter(0), await eventsAfter(1), await eventsAfter(3)]).toEqual([[1], [3], []])
  })

  test('events cost one look at the record, however many others have', async () => {
    const others = Array.from({ length: 50 }, (_, at) => ({ ...anEvent(at + 1, 1, { type: 'notice', text: 'theirs' }), deployment: theirs.id }))
    const { app, controller } = anApp({ world: { ...world(), events: [...others, anEvent(51, 1, { type: 'notice', text: 'ours' })] }, limits: { page: 2 } })

    const answer = await app.inject(by(await ours(app, 'read'), { url: '/api/v1/events' }))

    expect(answer.json().events.map(({ id }: { id: number }) => id)).toEqual([51])
    expect(controller.calls.map(([name]) => name)).toEqual(['events'])
  })

  test('events asked for by the name or id of another owner are not there', async () => {
    const { app } = anApp({ world: world() })
    const token = await ours(app, 'read')

    const statuses = await Promise.all(
      ['team-b-shop', theirs.id].flatMap((which) =>
        ['', '&follow=true'].map((follow) => app.inject(by(token, { url: `/api/v1/events?deployment=${which}${follow}` }))),
      ),
    )

    expect(statuses.map((answer) => answer.statusCode)).toEqual([404, 404, 404, 404])
  })

  test('nothing can be deployed under another owner’s name', async () => {
    const app = anApp({ world: { ...world(), revisions: [aView({ deployment: { id: null, name: 'team-b-shop', kind: 'app' } })] } })
    const { asSeenBy } = await import('../../../src/server/sight.ts')
    const seen = asSeenBy({ name: 'ci', names: ['team-a-*'] }, app.controller)

    await expect(seen.submit({ path: '/srv/x', name: 'team-b-shop' })).rejects.toMatchObject({ row: { reason: 'name_not_allowed', status: 403 } })
  })

  test('checks are suggested for a name that matches, and for no other', async () => {
    const suggest: Parts['suggest'] = async (request) => {
      request.mayUse?.(request.name ?? '')
      return []
    }
    const uploads: Parts['uploads'] = { ...createFakeUploads(), use: (_, work) => work({ path: '/uploads/a' }) }
    const { app } = anApp({ world: world(), suggest, uploads })
    const token = await ours(app)
    const tried = (name: string) => app.inject(by(token, { method: 'POST', url: '/api/v1/suggest', payload: { upload: 'a'.repeat(32), name } }))

    const [matching, other] = [await tried('team-a-web'), await tried('team-b-shop')]

    expect([matching.statusCode, other.statusCode, other.json().reason]).toEqual([200, 403, 'name_not_allowed'])
  })

  test.each([
    ['team-a-*', 'team-a-web', true],
    ['team-a-*', 'team-a-', true],
    ['team-a-*', 'x-team-a-web', false],
    ['*-web', 'team-a-web', true],
    ['*', 'anything', true],
    ['team-a', 'team-a', true],
    ['team-a', 'team-ab', false],
  ])('the pattern %s and the name %s: %s', async (pattern, name, matches) => {
    const { matchesName } = await import('../../../src/server/name-pattern.ts')

    expect(matchesName([pattern], name)).toBe(matches)
  })
})

test('a folder of the control plane’s machine is its administrator’s to deploy', async () => {
  const { app, controller } = anApp({ world: world() })
  const [deploy, admin] = [await tokenOf(app, { scope: 'deploy' }), await tokenOf(app, { scope: 'admin' })]
  const submit = { method: 'POST' as const, payload: { path: '/etc' } }

  const refused = await Promise.all(
    ['deployments', 'forecast', 'policy/check', 'suggest'].map((what) => app.inject(by(deploy, { ...submit, url: `/api/v1/${what}` }))),
  )
  const calls = controller.calls.length
  const accepted = await app.inject(by(admin, { ...submit, url: '/api/v1/deployments' }))

  expect(refused.map((answer) => [answer.statusCode, answer.json().reason])).toEqual(refused.map(() => [403, 'folder_of_the_server']))
  expect([calls, accepted.statusCode]).toEqual([0, 202])
})
