import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import type { NewToken, TokenView } from '../../../src/server/contract-access.ts'
import { createFakeAccessStore } from '../../fakes/access-store.ts'
import { aDeployment, anEvent, aView } from '../cli/makers.ts'
import { aServer, type Running } from './a-server.ts'
import { anApp, ask, type Built } from './an-app.ts'
import { until } from './sockets.ts'

const wish = { name: 'ci', scope: 'deploy', names: ['team-a-*'], expiresIn: 90 * 86_400 }

async function madeOn({ request }: Pick<Running, 'request'>, change: object = {}): Promise<NewToken> {
  const body = JSON.stringify({ ...wish, ...change })
  const answer = await request('/api/v1/tokens', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  expect(answer.status).toBe(201)
  return (await answer.json()) as NewToken
}

async function made(app: Built['app'], change: object = {}): Promise<NewToken> {
  const answer = await ask(app, { method: 'POST', url: '/api/v1/tokens', payload: { ...wish, ...change } })
  expect(answer.statusCode).toBe(201)
  return answer.json()
}

const listed = async (app: Built['app']): Promise<TokenView[]> => (await ask(app, { url: '/api/v1/tokens' })).json().tokens
const by = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

describe('a token', () => {
  test('is 256 random bits behind an id, told once, and kept as its SHA-256 alone', async () => {
    const { app, access, logged } = anApp()

    const { token, made: view } = await made(app)

    const [record] = await access.tokens()
    expect(token).toMatch(/^torii_[0-9a-f]{12}_[\w-]{43}$/)
    expect(Buffer.from(token.slice(-43), 'base64url')).toHaveLength(32)
    expect(record).toMatchObject({ id: token.slice(6, 18), hash: createHash('sha256').update(token).digest('hex'), createdBy: 'local' })
    expect(view).toEqual({ ...view, name: 'ci', scope: 'deploy', names: ['team-a-*'], state: 'active', lastUsedAt: null })
    const told = JSON.stringify([await access.tokens(), await access.audited({ limit: 99 }), logged, await listed(app)])
    for (const secret of [token, token.slice(-43), record?.hash ?? '']) expect(told.replace(JSON.stringify(await access.tokens()), '')).not.toContain(secret)
    expect(JSON.stringify(await listed(app))).not.toContain('hash')
  })

  test('is good at the next start too', async () => {
    const access = createFakeAccessStore()
    const { token } = await made(anApp({ access }).app)

    const answer = await anApp({ access }).app.inject({ url: '/api/v1/deployments', ...by(token) })

    expect(answer.statusCode).toBe(200)
  })

  test('is another one each time, and a name is one token’s until it is revoked', async () => {
    const { app } = anApp()
    const first = await made(app)

    const again = await ask(app, { method: 'POST', url: '/api/v1/tokens', payload: wish })
    await ask(app, { method: 'DELETE', url: '/api/v1/tokens/ci' })
    const second = await made(app)

    expect([again.statusCode, again.json().reason]).toEqual([409, 'token_exists'])
    expect(second.token).not.toBe(first.token)
    expect((await listed(app)).map(({ state }) => state)).toEqual(['revoked', 'active'])
  })

  test.each([
    ['no name', { name: undefined }],
    ['the name of the state folder’s own', { name: 'local' }],
    ['a name like an id', { name: '0123456789ab' }],
    ['a name with other letters', { name: 'CI token' }],
    ['no scope', { scope: undefined }],
    ['a scope that there is not', { scope: 'root' }],
    ['nothing about its end', { expiresIn: undefined }],
    ['an end that was before', { expiresIn: -1 }],
    ['a pattern with other letters', { names: ['team_a/*'] }],
    ['a pattern of many parts', { names: ['*a*b*c*d*'] }],
    ['names for one that may make tokens', { scope: 'admin', names: ['team-a-*'] }],
  ])('is not made with %s', async (_, change) => {
    const { app, access } = anApp()

    const answer = await ask(app, { method: 'POST', url: '/api/v1/tokens', payload: { ...wish, ...change } })

    expect([answer.statusCode, answer.json().reason]).toEqual([400, 'request_invalid'])
    expect(await access.tokens()).toEqual([])
  })

  test('that there is not cannot be revoked', async () => {
    const { app } = anApp()

    expect((await ask(app, { method: 'DELETE', url: '/api/v1/tokens/nobody' })).statusCode).toBe(404)
  })

  test('can be given back by whoever has it, and that is answered', async () => {
    await using server = await aServer()
    const { token } = await madeOn(server, { scope: 'admin', names: [] })

    const answer = await server.request('/api/v1/tokens/ci', { method: 'DELETE', ...by(token) })

    expect([answer.status, ((await answer.json()) as TokenView).state]).toEqual([200, 'revoked'])
    expect((await server.request('/api/v1/tokens', by(token))).status).toBe(401)
  })

  test('whose revocation could not be written down opens nothing, and is revoked for good when it is revoked again', async () => {
    const built = anApp()
    const { token } = await made(built.app)
    const revoke = () => ask(built.app, { method: 'DELETE', url: '/api/v1/tokens/ci' })
    const asNow = async (access: typeof built.access) => (await anApp({ access }).app.inject({ url: '/api/v1/deployments', ...by(token) })).statusCode
    const { revokeToken } = built.access
    built.access.revokeToken = () => Promise.reject(new DeployError('disk_full', 'torii.db could not be written'))

    const failed = await revoke()
    const meanwhile = await built.app.inject({ url: '/api/v1/deployments', ...by(token) })
    const afterStart = await asNow(built.access)
    built.access.revokeToken = revokeToken
    const again = await revoke()

    expect([failed.json().reason, meanwhile.statusCode, afterStart]).toEqual(['disk_full', 401, 200])
    expect([again.statusCode, again.json().state, (await revoke()).statusCode, await asNow(built.access)]).toEqual([200, 'revoked', 404, 401])
  })

  test('whose revocation could not be written down is written down when the server ends', async () => {
    const { app, access } = anApp()
    await made(app)
    const { revokeToken } = access
    access.revokeToken = () => Promise.reject(new DeployError('disk_full', 'torii.db could not be written'))
    await ask(app, { method: 'DELETE', url: '/api/v1/tokens/ci' })
    access.revokeToken = revokeToken

    await app.close()

    expect((await access.tokens())[0]?.revokedAt).toMatch(/Z$/)
  })

  test('tells when it was used last, and writes that down once a minute at most', async () => {
    const { app, access, clock } = anApp()
    const { token } = await made(app)
    const use = () => app.inject({ url: '/api/v1/deployments', ...by(token) })
    const onRecord = async () => (await access.tokens())[0]?.lastUsedAt
    const shown = async () => (await listed(app))[0]?.lastUsedAt

    await use()
    const first = await onRecord()
    await clock.advance(59_000)
    await use()
    const [soon, soonShown] = [await onRecord(), await shown()]
    await clock.advance(1_000)
    await use()
    const later = await onRecord()
    await clock.advance(5_000)
    await use()
    await app.close()

    expect([first, soon]).toEqual([first, first])
    expect(Date.parse(soonShown ?? '') - Date.parse(first ?? '')).toBe(59_000)
    expect(Date.parse(later ?? '') - Date.parse(first ?? '')).toBe(60_000)
    expect(Date.parse((await onRecord()) ?? '') - Date.parse(first ?? '')).toBe(65_000)
  })
})

describe('what a token follows', () => {
  const world = { deployments: [aDeployment({ name: 'team-a-web' })], revisions: [aView()], events: [anEvent(1, 1, { type: 'notice', text: 'one' })] }

  test.each([
    ['events of one deployment', '/api/v1/events?deployment=team-a-web&follow=true'],
    ['all events', '/api/v1/events?follow=true'],
    ['a log', '/api/v1/deployments/team-a-web/logs?follow=true'],
  ])('%s ends when it is revoked', async (_, path) => {
    await using server = await aServer({ world: { ...world, lines: [{ service: 'web', replica: 1, stream: 'stdout', text: 'one' }] } })
    const { token } = await madeOn(server, { scope: 'read' })
    const followed = server.events(path, by(token).headers)
    const first = await followed.next()
    await until(() => server.controller.followers() === 1)

    await server.request('/api/v1/tokens/ci', { method: 'DELETE' })

    expect(first.done).toBe(false)
    await expect(followed.next()).rejects.toThrow('terminated')
    await until(() => server.controller.followers() === 0)
  })

  test('ends when it expires, also in a month', async () => {
    await using server = await aServer({ world })
    const { token } = await madeOn(server, { expiresIn: 31 * 86_400 })
    const followed = server.events('/api/v1/events?follow=true', by(token).headers)
    await followed.next()
    await until(() => server.controller.followers() === 1)
    const next = followed.next().then(
      () => 'more',
      () => 'cut off',
    )

    await server.clock.advance(31 * 86_400_000)

    expect(await next).toBe('cut off')
    await until(() => server.controller.followers() === 0)
  })

  test('is cut off where the record cannot be asked whose an event is, and nobody else notices', async () => {
    const named = async (which: string) => (which === 'unknown' ? Promise.reject(new DeployError('internal', 'the record cannot be read')) : 'team-a-web')
    await using server = await aServer({ world: { ...world, events: [] }, controller: { named } })
    const { token } = await madeOn(server, { scope: 'read' })
    const [limited, other] = [by(token).headers, {}].map((headers) => server.events('/api/v1/events?follow=true', headers))
    const [cutOff, seen] = [limited?.next(), other?.next()]
    await until(() => server.controller.followers() === 2)

    server.controller.tell({ ...anEvent(1, 1, { type: 'notice', text: 'whose?' }), deployment: 'unknown' })

    await expect(cutOff).rejects.toThrow('terminated')
    expect((await seen)?.value).toMatchObject({ id: '1' })
    await until(() => server.controller.followers() === 1)
    expect((await server.request('/api/v1/deployments')).status).toBe(200)
  })

  test('shows a name-limited follower what happens to its own, from the first event of a new one to the last', async () => {
    const theirs = { ...aDeployment({ name: 'team-b-web' }), id: '22222222-2222-4222-8222-222222222222' }
    const fresh = { ...aDeployment({ name: 'team-a-new' }), id: '33333333-3333-4333-8333-333333333333' }
    await using server = await aServer({ world: { ...world, deployments: [...world.deployments, theirs], events: [] } })
    const { token } = await madeOn(server, { scope: 'read' })
    const followed = server.events('/api/v1/events?follow=true', by(token).headers)
    const seen: number[] = []
    const reading = (async () => {
      for await (const { id } of followed) if (seen.push(Number(id)) === 4) return
    })()
    await until(() => server.controller.followers() === 1)

    const note = (number: number, deployment: string) => server.controller.tell({ ...anEvent(number, number, { type: 'notice', text: 'x' }), deployment })
    note(1, aDeployment().id)
    note(2, theirs.id)
    server.controller.world.deployments.push(fresh)
    note(3, fresh.id)
    note(4, theirs.id)
    await until(() => seen.length === 2)
    server.controller.world.deployments.length = 0
    note(5, fresh.id)
    note(6, theirs.id)
    note(7, aDeployment().id)
    await reading

    expect(seen).toEqual([1, 3, 5, 7])
  })
})

describe('wrong tokens', () => {
  const wrong = (app: Built['app'], remoteAddress: string) => app.inject({ url: '/api/v1/deployments', ...by('wrong'), remoteAddress })

  test('of one address are too many after twenty a minute, and the right one is let in all the same', async () => {
    const { app, clock } = anApp()
    const right = await made(app)
    const statuses = async (address: string) => (await wrong(app, address)).statusCode

    for (let count = 0; count < 20; count += 1) expect(await statuses('10.0.0.7')).toBe(401)
    const limited = await wrong(app, '10.0.0.7')
    const other = await statuses('10.0.0.8')
    const good = await app.inject({ url: '/api/v1/deployments', ...by(right.token), remoteAddress: '10.0.0.7' })
    await clock.advance(60_000)
    const later = await statuses('10.0.0.7')

    expect([limited.statusCode, limited.json().reason, limited.headers['retry-after']]).toEqual([429, 'too_many_attempts', '60'])
    expect([other, good.statusCode, later]).toEqual([401, 200, 401])
  })

  test('of one subscriber’s IPv6 network count together', async () => {
    const { app } = anApp()

    const answers = await Promise.all(Array.from({ length: 25 }, (_, at) => wrong(app, `2001:db8:1:2::${at + 1}`)))
    const elsewhere = await wrong(app, '2001:db8:1:3::1')

    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(5)
    expect(elsewhere.statusCode).toBe(401)
  })

  test('are logged with the address and without the token, and a flood of them is not', async () => {
    const { app, logged } = anApp()

    for (let count = 0; count < 100; count += 1) await app.inject({ url: '/api/v1/deployments', ...by(`guess-${count}`), remoteAddress: '10.0.0.7' })

    const lines = logged.filter((line) => line.includes('10.0.0.7') && JSON.parse(line).level === 40)
    expect(lines).toHaveLength(21)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'a token was refused', address: '10.0.0.7' })
    expect(logged.join('')).not.toContain('guess-')
  })

  test('of ever other addresses, and calls without any token, cannot fill the disk with the log', async () => {
    const { app, logged } = anApp()

    for (let at = 0; at < 500; at += 1) {
      await app.inject({ url: '/api/v1/deployments', ...by('wrong'), remoteAddress: `10.0.${Math.floor(at / 250)}.${at % 250}` })
      await app.inject({ method: 'POST', url: '/api/v1/deployments', remoteAddress: '10.0.0.7' })
    }

    // Debug lines are written only where the operator asks for them.
    expect(logged.filter((line) => JSON.parse(line).level > 20)).toHaveLength(201)
  })

  test('what a header says of the address counts for nothing', async () => {
    const { app } = anApp()
    const pretending = (address: string) =>
      app.inject({
        url: '/api/v1/deployments',
        headers: { ...by('wrong').headers, 'x-forwarded-for': address, forwarded: `for=${address}` },
        remoteAddress: '10.0.0.7',
      })

    const answers = []
    for (let count = 0; count < 21; count += 1) answers.push(await pretending(`192.0.2.${count}`))

    expect(answers.at(-1)?.statusCode).toBe(429)
  })
})
