import { describe, expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import type { NamedRequest } from '../../../src/deploy/ports.ts'
import type { Controller } from '../../../src/deploy/view.ts'
import { aDeployment, aView, id } from '../cli/makers.ts'
import { anApp, ask, type Built } from './an-app.ts'
import { asked, routesOf } from './routes.ts'

const world = () => ({ deployments: [aDeployment({ name: 'web' })], revisions: [aView({ deployment: { id, name: 'web', kind: 'app' } })] })

const trail = async ({ access }: Pick<Built, 'access'>) => access.audited({ limit: 9999 })

const tokenOf = async (app: Built['app'], wish: object): Promise<{ token: string; made: { id: string } }> =>
  (await ask(app, { method: 'POST', url: '/api/v1/tokens', payload: { name: 'ci', expiresIn: null, ...wish } })).json()

describe('the audit trail', () => {
  test('says who did what to which deployment, from where, with which result', async () => {
    const built = anApp({ world: world() })
    const { app, clock } = built
    const { token, made } = await tokenOf(app, { scope: 'deploy', names: ['we*'] })
    const from = { headers: { authorization: `Bearer ${token}` }, remoteAddress: '10.0.0.7' }

    await ask(app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/web', env: { PASSWORD: 'hunter2' } } })
    await app.inject({ method: 'POST', url: `/api/v1/deployments/${id}/stop`, ...from })
    await app.inject({ method: 'POST', url: '/api/v1/deployments/other/start', ...from })
    await app.inject({ method: 'DELETE', url: '/api/v1/deployments/web?volumes=true', ...from })
    await ask(app, { method: 'DELETE', url: '/api/v1/tokens/ci' })

    const local = { at: new Date(clock.now()).toISOString(), who: 'local', token: null, address: '127.0.0.1', result: 'accepted', reason: null, missed: 0 }
    const ci = { ...local, who: 'ci', token: made.id, address: '10.0.0.7' }
    expect(await trail(built)).toEqual([
      { ...local, id: 1, action: 'token create', deployment: null, detail: 'token ci: deploy; names we*; never expires' },
      { ...local, id: 2, action: 'deploy', deployment: 'web', detail: 'revision 1 of the folder /srv/web' },
      { ...ci, id: 3, action: 'stop', deployment: 'web', detail: null },
      { ...ci, id: 4, action: 'start', deployment: 'other', detail: null, result: 'refused', reason: 'not_found' },
      { ...ci, id: 5, action: 'rm', deployment: 'web', detail: 'with its volumes' },
      { ...local, id: 6, action: 'token revoke', deployment: null, detail: `token ci (${made.id})` },
    ])
    expect(JSON.stringify(await trail(built))).not.toMatch(/hunter2|torii_/)
  })

  test('has a line before the answer is sent, for every route that changes something, accepted or refused', async () => {
    const changing = (await routesOf()).filter((route) => !route.startsWith('GET') && !/\/(forecast|policy\/check)$/.test(route))

    for (const route of changing) {
      const built = anApp({ world: world() })
      const { statusCode } = await built.app.inject({ ...asked(route), headers: { host: 'evil.test' } })
      const answer = await ask(built.app, { ...asked(route), ...(route.startsWith('POST') && { payload: {} }) })

      const lines = await trail(built)
      expect(
        lines.map(({ who, result }) => [who, result]),
        route,
      ).toEqual([
        [null, 'refused'],
        ['local', answer.statusCode < 400 ? 'accepted' : 'refused'],
      ])
      expect([statusCode, lines[0]?.reason], route).toEqual([403, 'foreign_host'])
    }
    expect(changing.length).toBeGreaterThan(6)
  })

  test.each([
    ['the extension is refused', new DeployError('policy_denied', 'privileged'), 'policy_denied'],
    ['nobody expected what happened', new Error('secret words'), 'internal'],
  ])('tells why: %s', async (_, thrown, reason) => {
    const built = anApp({ controller: { submit: () => Promise.reject(thrown) } })

    await ask(built.app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/web', name: 'web' } })

    expect(await trail(built)).toMatchObject([{ action: 'deploy', deployment: 'web', result: 'refused', reason, detail: 'the folder /srv/web' }])
    expect(JSON.stringify(await trail(built))).not.toContain('secret words')
  })

  test('names what was refused after its folder had said how it is called', async () => {
    const submit: Controller['submit'] = async (request) => {
      ;(request as NamedRequest).mayUse?.('web')
      throw new DeployError('policy_denied', 'privileged')
    }
    const built = anApp({ controller: { submit } })

    await ask(built.app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/web' } })

    expect(await trail(built)).toMatchObject([{ action: 'deploy', deployment: 'web', result: 'refused', reason: 'policy_denied' }])
  })

  test('has tokens that were no good, or not good enough, on any route; looks are not in it', async () => {
    const built = anApp({ world: world() })
    const { token } = await tokenOf(built.app, { scope: 'read' })

    await built.app.inject({ url: '/api/v1/deployments', headers: { authorization: 'Bearer wrong' }, remoteAddress: '10.0.0.7' })
    await built.app.inject({ url: '/nothing-here', headers: { authorization: 'Bearer wrong' }, remoteAddress: '10.0.0.7' })
    await built.app.inject({ url: '/api/v1/audit', headers: { authorization: `Bearer ${token}` } })
    await built.app.inject({ url: '/api/v1/deployments', headers: { authorization: `Bearer ${token}` } })
    await built.app.inject({ url: '/api/v1/deployments/nobody', headers: { authorization: `Bearer ${token}` } })

    expect((await trail(built)).slice(1).map(({ who, action, reason, address, detail }) => [who, action, reason, address, detail])).toEqual([
      [null, 'authenticate', 'unauthorized', '10.0.0.7', 'GET /api/v1/deployments'],
      [null, 'authenticate', 'unauthorized', '10.0.0.7', null],
      ['ci', 'authenticate', 'scope_missing', '127.0.0.1', 'GET /api/v1/audit'],
    ])
  })

  test('is not filled by a flood of refused attempts: they are counted instead', async () => {
    const built = anApp({ world: world() })
    const { app, clock } = built
    const stop = (address: string) =>
      app.inject({ method: 'POST', url: '/api/v1/deployments/web/stop', headers: { authorization: 'Bearer wrong' }, remoteAddress: address })

    for (let count = 0; count < 100; count += 1) await stop('10.0.0.7')
    const ofOne = (await trail(built)).length
    for (let address = 0; address < 250; address += 1) await stop(`10.0.1.${address}`)
    const ofAll = (await trail(built)).length
    await ask(app, { method: 'POST', url: '/api/v1/deployments/web/stop' })
    const accepted = (await trail(built)).at(-1)
    await clock.advance(3_600_000)
    await stop('10.0.0.7')

    expect([ofOne, ofAll]).toEqual([30, 120])
    expect(accepted).toMatchObject({ result: 'accepted', action: 'stop' })
    expect((await trail(built)).reduce((sum, { missed }) => sum + missed, 0)).toBe(350 - 120)
    expect((await trail(built)).at(-1)).toMatchObject({ result: 'refused', missed: 0 })
  })

  test('is not filled by one subscriber who has a whole network of IPv6 addresses', async () => {
    const built = anApp({ world: world() })
    const { token } = await tokenOf(built.app, { scope: 'read' })
    const stop = (remoteAddress: string) =>
      built.app.inject({ method: 'POST', url: '/api/v1/deployments/web/stop', headers: { authorization: `Bearer ${token}` }, remoteAddress })

    for (let at = 1; at <= 40; at += 1) await stop(`2001:db8:1:2::${at}`)
    const ofOne = (await trail(built)).filter(({ result }) => result === 'refused').length
    await stop('2001:db8:1:3::1')

    expect(ofOne).toBe(30)
    expect((await trail(built)).at(-1)).toMatchObject({ address: '2001:db8:1:3::1', missed: 10 })
  })

  test('has what a token was refused although strangers have long filled their part of it', async () => {
    const built = anApp({ world: world() })
    const { token } = await tokenOf(built.app, { scope: 'read' })
    for (let address = 0; address < 250; address += 1)
      await built.app.inject({ method: 'POST', url: '/api/v1/deployments/web/stop', remoteAddress: `10.0.1.${address}` })

    await built.app.inject({ method: 'POST', url: '/api/v1/deployments/web/stop', headers: { authorization: `Bearer ${token}` } })

    expect((await trail(built)).at(-1)).toMatchObject({ who: 'ci', action: 'stop', result: 'refused', reason: 'scope_missing', missed: 250 - 120 })
  })

  test('takes one line for what a caller writes, without control characters, and not more of it than fits', async () => {
    const built = anApp({ world: world() })
    const name = encodeURIComponent(`\u001b[31mx\n\u202e${'y'.repeat(900)}`)

    await ask(built.app, { method: 'POST', url: `/api/v1/deployments/${name}/stop` })

    const [line] = await trail(built)
    expect(line?.deployment).toMatch(/^x y+…$/)
    expect(line?.deployment?.length).toBeLessThanOrEqual(200)
  })

  test('that cannot be written keeps nobody from making room on a full disk, and is logged', async () => {
    const built = anApp({ world: world() })
    built.access.audit = () => Promise.reject(new DeployError('disk_full', 'torii.db could not be written'))

    const answer = await ask(built.app, { method: 'DELETE', url: '/api/v1/deployments/web' })

    expect(answer.statusCode).toBe(200)
    expect(built.logged.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ level: 50, action: 'rm', deployment: 'web', who: 'local' }))
  })

  test('is read a page at a time, since a moment, about a deployment', async () => {
    const built = anApp({ world: world(), limits: { page: 2 } })
    const { app, clock } = built
    await ask(app, { method: 'POST', url: '/api/v1/deployments/web/stop' })
    await ask(app, { method: 'POST', url: '/api/v1/deployments/other/stop' })
    await clock.advance(3_600_000)
    await ask(app, { method: 'POST', url: '/api/v1/deployments/web/start' })
    const idsOf = async (query: string) => (await ask(app, { url: `/api/v1/audit${query}` })).json().entries.map((entry: { id: number }) => entry.id)

    const since = encodeURIComponent(new Date(clock.now() - 60_000).toISOString())
    expect([await idsOf(''), await idsOf('?after=2'), await idsOf('?after=3')]).toEqual([[1, 2], [3], []])
    expect([await idsOf('?name=web'), await idsOf(`?since=${since}`)]).toEqual([[1, 3], [3]])
    expect((await ask(app, { url: '/api/v1/audit?since=yesterday' })).statusCode).toBe(400)
  })
})
